package org.ttdengine.trainer.run;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes TensorBoard's events as protocol buffers. Field numbers are those of {@code tensorboard/compat/proto}:
 * event.proto, summary.proto, histogram.proto.
 */
final class EventProto {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    /** Purges what earlier files say about this and later steps. */
    private static final int SESSION_START = 1;

    private EventProto() {}

    /** The first event of every file. */
    static byte[] fileVersion(double wallTime) {
        return new Message()
                .fixed64(1, wallTime)
                .bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8))
                .toByteArray();
    }

    /** The event after which the run goes on with {@code step}. */
    static byte[] sessionStart(double wallTime, long step) {
        Message session = new Message().varint(1, SESSION_START);
        return event(wallTime, step).bytes(7, session.toByteArray()).toByteArray();
    }

    /** An event that carries {@code summary}, a Summary message. */
    static byte[] summary(double wallTime, long step, byte[] summary) {
        return event(wallTime, step).bytes(5, summary).toByteArray();
    }

    /** Summary.Value with a scalar, as an element of Summary; summaries are joined by joining their bytes. */
    static byte[] scalar(String tag, float value) {
        byte[] element = new Message()
                .bytes(1, tag.getBytes(StandardCharsets.UTF_8))
                .fixed32(2, value)
                .toByteArray();
        return new Message().bytes(1, element).toByteArray();
    }

    private static Message event(double wallTime, long step) {
        return new Message().fixed64(1, wallTime).varint(2, step);
    }

    /** Fields in the order in which they are added; default values are written too, which readers allow. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message varint(int field, long value) {
            key(field, VARINT);
            writeVarint(value);
            return this;
        }

        Message fixed64(int field, double value) {
            key(field, FIXED64);
            out.writeBytes(ByteBuffer.allocate(Double.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(value)
                    .array());
            return this;
        }

        Message fixed32(int field, float value) {
            key(field, FIXED32);
            out.writeBytes(ByteBuffer.allocate(Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        Message bytes(int field, byte[] value) {
            key(field, BYTES);
            writeVarint(value.length);
            out.writeBytes(value);
            return this;
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }

        private void key(int field, int wireType) {
            writeVarint((long) field << 3 | wireType);
        }

        private void writeVarint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
