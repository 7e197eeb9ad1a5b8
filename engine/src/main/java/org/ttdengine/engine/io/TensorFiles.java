package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens tensor files of any supported format. */
public final class TensorFiles {
    private static final int SNIFFED_BYTES = 64;
    private static final String GIT_LFS_POINTER = "version https://git-lfs";

    private TensorFiles() {}

    private enum Content {
        SAFETENSORS,
        TORCH_ZIP,
        TORCH_LEGACY,
        JSON,
        GIT_LFS,
        UNKNOWN
    }

    /**
     * Opens a safetensors file, a PyTorch checkpoint (zip archive of {@code torch.save} or {@code torch.jit.save}, or the
     * format before 1.6), or a checkpoint in several files by its {@code *.index.json}. The content decides, not the name.
     *
     * @throws TensorFileException if there is no such file, or it is damaged, hostile or of another format
     */
    public static TensorFile open(Path file) throws IOException {
        Content content = sniff(file);
        return content == Content.JSON
                ? ShardedTensorFile.open(file, shard -> open(shard, sniff(shard)))
                : open(file, content);
    }

    private static TensorFile open(Path file, Content content) throws IOException {
        return switch (content) {
            case SAFETENSORS -> SingleTensorFile.open(file, SafetensorsReader::read);
            case TORCH_ZIP -> SingleTensorFile.open(file, TorchZipReader::read);
            case TORCH_LEGACY -> SingleTensorFile.open(file, TorchLegacyReader::read);
            case GIT_LFS ->
                throw new TensorFileException(
                        file, "is only a Git LFS pointer to the file; fetch the file itself with 'git lfs pull'");
            case JSON, UNKNOWN ->
                throw new TensorFileException(
                        file, "is neither a safetensors file nor a PyTorch checkpoint nor an index of either");
        };
    }

    private static Content sniff(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new TensorFileException(file, "no such file");
        }
        if (Files.isDirectory(file)) {
            throw new TensorFileException(file, "is a folder; name a file in it");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FileWindow window = FileWindow.of(file, channel);
            return sniff(file, window.read(0, (int) Math.min(SNIFFED_BYTES, window.length())));
        } catch (AccessDeniedException e) {
            throw new TensorFileException(file, "cannot be read: permission denied", e);
        }
    }

    private static Content sniff(Path file, ByteBuffer start) {
        // First, since a header of 640 bytes starts with the very bytes of a pickle of protocol 2.
        boolean plausibleHeader = start.remaining() > Long.BYTES
                && start.getLong(0) >= 0
                && start.getLong(0) <= SafetensorsReader.LARGEST_HEADER
                && start.get(Long.BYTES) == '{';
        if (plausibleHeader) {
            return Content.SAFETENSORS;
        }
        String text = StandardCharsets.ISO_8859_1.decode(start.duplicate()).toString();
        if (text.startsWith("PK\u0003\u0004")) {
            return Content.TORCH_ZIP;
        }
        // A pickle of protocol 2 or later opens with PROTO and its version.
        if (text.length() > 1 && text.charAt(0) == 0x80 && text.charAt(1) >= 2 && text.charAt(1) <= 5) {
            return Content.TORCH_LEGACY;
        }
        if (text.startsWith(GIT_LFS_POINTER)) {
            return Content.GIT_LFS;
        }
        if (text.stripLeading().startsWith("{")) {
            return Content.JSON;
        }
        // Damaged beyond recognition: let the reader that its name asks for say what is wrong.
        return file.toString().endsWith(".safetensors") ? Content.SAFETENSORS : Content.UNKNOWN;
    }
}
