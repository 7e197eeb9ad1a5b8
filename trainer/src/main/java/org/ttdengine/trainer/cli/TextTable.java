package org.ttdengine.trainer.cli;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text: the first columns to the left, all others to the right, two spaces between. */
final class TextTable {
    private final int leftColumns;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(int leftColumns, String... heading) {
        this.leftColumns = leftColumns;
        rows.add(List.of(heading));
    }

    /** Adds a row of as many cells as the heading has. */
    void add(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + rows.get(0).size() + " columns");
        }
        rows.add(List.of(cells));
    }

    /** The lines, without the last line's end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.size(); c++) {
                String space = " ".repeat(width(c) - row.get(c).length());
                line.append(c == 0 ? "" : "  ").append(c < leftColumns ? row.get(c) + space : space + row.get(c));
            }
            text.append(text.isEmpty() ? "" : System.lineSeparator())
                    .append(line.toString().stripTrailing());
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
