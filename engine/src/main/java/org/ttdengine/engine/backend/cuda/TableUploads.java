package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import java.nio.ByteBuffer;
import jcuda.driver.JCudaDriver;

/**
 * Small tables for kernels (offsets, indices), copied in stream order without waiting. They are cut from two page-locked
 * pages and their images on the device; a page is used again once the stream is past all copies from it, and its image is
 * overwritten only by later copies of the same stream.
 */
final class TableUploads implements AutoCloseable {
    private static final int PAGE_BYTES = 1 << 20;
    private static final int ALIGNMENT = 16;

    private final CudaContext context;
    private final Page[] pages = new Page[2];
    private int current;
    private int used;

    private record Page(PinnedBuffer host, long device) {}

    TableUploads(CudaContext context) {
        this.context = context;
        for (int i = 0; i < pages.length; i++) {
            pages[i] = page(PAGE_BYTES);
        }
    }

    private Page page(int bytes) {
        return new Page(new PinnedBuffer(context, bytes), context.memory().allocate(bytes));
    }

    synchronized long upload(int[] table) {
        long bytes = 4L * table.length;
        int offset = reserve(bytes);
        window(offset, bytes).asIntBuffer().put(table);
        return copy(offset, bytes);
    }

    synchronized long upload(float[] table) {
        long bytes = 4L * table.length;
        int offset = reserve(bytes);
        window(offset, bytes).asFloatBuffer().put(table);
        return copy(offset, bytes);
    }

    synchronized long upload(long[] table) {
        long bytes = 8L * table.length;
        int offset = reserve(bytes);
        window(offset, bytes).asLongBuffer().put(table);
        return copy(offset, bytes);
    }

    private ByteBuffer window(int offset, long bytes) {
        ByteBuffer host = pages[current].host().bytes();
        return host.slice(offset, Math.toIntExact(bytes)).order(host.order());
    }

    /** Room for a table; its offset in the current page. */
    private int reserve(long bytes) {
        context.bind();
        if (used + bytes > pages[current].host().size()) {
            turnPage(bytes);
        }
        int offset = used;
        used = Math.toIntExact((used + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        return offset;
    }

    private void turnPage(long bytes) {
        pages[current].host().usedBy(context.stream());
        current = 1 - current;
        used = 0;
        Page page = pages[current];
        page.host().awaitIdle();
        if (bytes > page.host().size()) {
            context.synchronize();
            free(page);
            pages[current] =
                    page(Math.toIntExact(Math.max(bytes, 2L * page.host().size())));
        }
    }

    private long copy(int offset, long bytes) {
        Page page = pages[current];
        long address = page.device() + offset;
        if (bytes > 0) {
            check(
                    JCudaDriver.cuMemcpyHtoDAsync(
                            Address.of(address), page.host().at(offset), bytes, context.stream()),
                    "cuMemcpyHtoDAsync");
        }
        return address;
    }

    private void free(Page page) {
        page.host().close();
        context.memory().free(page.device());
    }

    @Override
    public void close() {
        for (Page page : pages) {
            free(page);
        }
    }
}
