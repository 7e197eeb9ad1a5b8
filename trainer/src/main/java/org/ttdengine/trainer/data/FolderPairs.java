package org.ttdengine.trainer.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Images in a folder and the folders within, each with a {@code .txt} of the same stem that holds its caption, or else a
 * {@code .json} with the key {@code caption}: also what img2dataset writes as {@code files}. Names are in alphabetical
 * order, hidden ones are left out, links are followed.
 */
public final class FolderPairs implements PairSource {
    private final Path root;
    private final NameList images;
    private final List<String> warnings;

    private FolderPairs(Path root, NameList images, List<String> warnings) {
        this.root = root;
        this.images = images;
        this.warnings = warnings;
    }

    /**
     * Lists the pairs of a folder.
     *
     * @throws IOException if it cannot be read or holds no pair
     */
    public static FolderPairs open(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IOException(root + ": no such folder");
        }
        Walk walk = new Walk();
        walk.visit(root, "", List.of());
        if (walk.images.size() == 0) {
            throw new IOException(root + ": holds no image with a .txt or .json of the same name beside it"
                    + (walk.list == null ? "" : "; if you meant the list " + walk.list + ", give that file"));
        }
        List<String> warnings = new ArrayList<>(walk.warnings);
        if (walk.lonely > 0) {
            warnings.add(root + ": " + walk.lonely + " images have no .txt or .json beside them and are left out");
        }
        return new FolderPairs(root, walk.images, List.copyOf(warnings));
    }

    @Override
    public long size() {
        return images.size();
    }

    @Override
    public Pair get(long index) throws IOException {
        String name = images.get(index);
        return new Pair(
                name, caption(stem(name)), decoder -> decoder.decode(ImageFiles.read(root.resolve(name)), name));
    }

    private String caption(String stem) throws IOException {
        Path text = root.resolve(stem + ".txt");
        if (Files.exists(text)) {
            Captions.checkSize(Files.size(text));
            return Captions.ofText(Files.readAllBytes(text));
        }
        Path json = root.resolve(stem + ".json");
        Captions.checkSize(Files.size(json));
        return Captions.ofJson(Files.readAllBytes(json));
    }

    @Override
    public String describe() {
        return root + " (" + size() + " pairs)";
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public void close() {}

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** One pass over the tree. */
    private static final class Walk {
        private final NameList images = new NameList();
        private final List<String> warnings = new ArrayList<>();
        private long lonely;
        private Path list;

        /** Visits a folder; {@code prefix} is its name relative to the root, {@code above} its ancestors' real paths. */
        void visit(Path folder, String prefix, List<Path> above) throws IOException {
            Path real = folder.toRealPath();
            if (above.contains(real)) {
                warnings.add(folder + ": is a link to a folder above it and is left out");
                return;
            }
            List<Path> path = new ArrayList<>(above);
            path.add(real);
            List<String> folders = visitFiles(folder, prefix);
            for (String name : folders) {
                visit(folder.resolve(name), prefix + name + "/", path);
            }
        }

        /** Adds the pairs of a folder itself and returns the folders in it. */
        private List<String> visitFiles(Path folder, String prefix) throws IOException {
            List<String> pictures = new ArrayList<>();
            List<String> folders = new ArrayList<>();
            Set<String> captioned = new HashSet<>();
            for (String name : sortedNames(folder)) {
                String extension = extension(name);
                if (extension.equals("txt") || extension.equals("json")) {
                    captioned.add(stem(name));
                } else if (ImageFiles.isImage(extension)) {
                    pictures.add(name);
                } else if (Files.isDirectory(folder.resolve(name))) {
                    folders.add(name);
                } else if (extension.equals("tsv") && list == null) {
                    list = folder.resolve(name);
                }
            }
            for (String name : pictures) {
                if (captioned.contains(stem(name))) {
                    images.add(prefix + name);
                } else {
                    lonely++;
                }
            }
            return folders;
        }

        private static List<String> sortedNames(Path folder) throws IOException {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
                for (Path child : children) {
                    String name = child.getFileName().toString();
                    if (!name.startsWith(".")) {
                        names.add(name);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            names.sort(null);
            return names;
        }
    }
}
