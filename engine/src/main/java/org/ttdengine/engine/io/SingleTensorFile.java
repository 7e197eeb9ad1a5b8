package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** A tensor file of any format once its table of contents is known. */
final class SingleTensorFile implements TensorFile {
    private final FileWindow file;
    private final TensorTable table;

    private SingleTensorFile(FileWindow file, TensorTable table) {
        this.file = file;
        this.table = table;
    }

    /** Reads and checks the table of contents of a file. */
    @FunctionalInterface
    interface Format {
        TensorTable read(FileWindow file) throws IOException;
    }

    static SingleTensorFile open(Path path, Format format) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            FileWindow file = FileWindow.of(path, channel);
            return new SingleTensorFile(file, format.read(file));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(table.tensors().keySet());
    }

    @Override
    public TensorInfo info(String name) throws TensorFileException {
        return tensor(name).info();
    }

    @Override
    public float[] readFloats(String name) throws IOException {
        return tensor(name).floats();
    }

    @Override
    public byte[] readBytes(String name) throws IOException {
        return tensor(name).bytes();
    }

    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(table.metadata());
    }

    @Override
    public void close() throws IOException {
        file.channel().close();
    }

    private StoredTensor tensor(String name) throws TensorFileException {
        StoredTensor tensor = table.tensors().get(name);
        if (tensor == null) {
            throw file.refuse("has no tensor '" + name + "'");
        }
        return tensor;
    }
}
