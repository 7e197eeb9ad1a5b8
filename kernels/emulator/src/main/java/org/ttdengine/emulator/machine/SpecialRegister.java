package org.ttdengine.emulator.machine;

/** Read-only registers of PTX whose value is known before a block starts. */
enum SpecialRegister {
    TID_X("%tid.x", false),
    TID_Y("%tid.y", false),
    TID_Z("%tid.z", false),
    NTID_X("%ntid.x", false),
    NTID_Y("%ntid.y", false),
    NTID_Z("%ntid.z", false),
    CTAID_X("%ctaid.x", true),
    CTAID_Y("%ctaid.y", true),
    CTAID_Z("%ctaid.z", true),
    NCTAID_X("%nctaid.x", false),
    NCTAID_Y("%nctaid.y", false),
    NCTAID_Z("%nctaid.z", false),
    LANEID("%laneid", false),
    WARPID("%warpid", false),
    NWARPID("%nwarpid", false),
    LANEMASK_EQ("%lanemask_eq", false),
    LANEMASK_LE("%lanemask_le", false),
    LANEMASK_LT("%lanemask_lt", false),
    LANEMASK_GE("%lanemask_ge", false),
    LANEMASK_GT("%lanemask_gt", false),
    DYNAMIC_SMEM_SIZE("%dynamic_smem_size", false),
    TOTAL_SMEM_SIZE("%total_smem_size", false);

    private final String text;
    private final boolean changesWithBlock;

    SpecialRegister(String text, boolean changesWithBlock) {
        this.text = text;
        this.changesWithBlock = changesWithBlock;
    }

    /** The register of a name as written in PTX; null when there is none. */
    static SpecialRegister of(String name) {
        for (SpecialRegister register : values()) {
            if (register.text.equals(name)) {
                return register;
            }
        }
        return null;
    }

    boolean changesWithBlock() {
        return changesWithBlock;
    }

    long value(Warp warp, int lane) {
        Block block = warp.block;
        int bit = 1 << lane;
        return switch (this) {
            case TID_X -> warp.thread(lane).x();
            case TID_Y -> warp.thread(lane).y();
            case TID_Z -> warp.thread(lane).z();
            case NTID_X -> block.size.x();
            case NTID_Y -> block.size.y();
            case NTID_Z -> block.size.z();
            case CTAID_X -> block.index.x();
            case CTAID_Y -> block.index.y();
            case CTAID_Z -> block.index.z();
            case NCTAID_X -> block.grid.x();
            case NCTAID_Y -> block.grid.y();
            case NCTAID_Z -> block.grid.z();
            case LANEID -> lane;
            case WARPID -> warp.index;
            case NWARPID -> (block.size.count() + Warp.LANES - 1) / Warp.LANES;
            case LANEMASK_EQ -> Integer.toUnsignedLong(bit);
            case LANEMASK_LE -> Integer.toUnsignedLong(bit | (bit - 1));
            case LANEMASK_LT -> Integer.toUnsignedLong(bit - 1);
            case LANEMASK_GE -> Integer.toUnsignedLong(-bit);
            case LANEMASK_GT -> Integer.toUnsignedLong(-bit ^ bit);
            case DYNAMIC_SMEM_SIZE -> block.dynamicShared;
            case TOTAL_SMEM_SIZE -> block.shared.size();
        };
    }
}
