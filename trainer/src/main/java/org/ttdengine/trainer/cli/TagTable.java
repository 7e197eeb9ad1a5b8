package org.ttdengine.trainer.cli;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.TagScore;

/**
 * The tags of a picture as a table for people: the highest score first, a line where the selection ends.
 *
 * @param grid the cells that rows and columns count
 * @param scores the tags
 * @param blocks whether bars are drawn with block characters rather than in ASCII
 * @param colours whether selected tags are set in colour, by ANSI escape sequences
 */
record TagTable(Grounding.Grid grid, List<TagScore> scores, boolean blocks, boolean colours) {
    private static final String EIGHTHS = "▏▎▍▌▋▊▉█";
    private static final String CUT = "╌";
    private static final int BAR = 24;
    private static final String SELECTED = "\u001b[1;36m";
    private static final String REJECTED = "\u001b[2m";
    private static final String RESET = "\u001b[0m";

    /** A table in a character set. */
    static TagTable of(Grounding.Grid grid, List<TagScore> scores, Charset charset, boolean colours) {
        return new TagTable(grid, scores, charset.newEncoder().canEncode(EIGHTHS + CUT), colours);
    }

    /** The lines, without the last line's end. */
    @Override
    public String toString() {
        List<TagScore> ranked = scores.stream()
                .sorted(Comparator.comparingDouble(TagScore::score).reversed())
                .toList();
        int selected = (int) scores.stream().filter(TagScore::selected).count();
        int width = Math.max(
                "tag".length(),
                scores.stream().mapToInt(score -> length(word(score))).max().orElse(0));
        List<String> lines = new ArrayList<>();
        lines.add(pad("tag", width) + pad("  score", 9 + BAR) + "  selected  row  column");
        for (int place = 0; place < ranked.size(); place++) {
            if (place == selected && place > 0 && isFirst(ranked, selected)) {
                lines.add(cut(
                        width, ranked.get(place - 1).score() - ranked.get(place).score()));
            }
            lines.add(line(ranked.get(place), width));
        }
        lines.add(String.format(
                Locale.ROOT, "%d of %d selected; %d x %d cells", selected, scores.size(), grid.rows(), grid.columns()));
        return String.join(System.lineSeparator(), lines);
    }

    /** Whether the first {@code count} are those that are selected; words that may not be selected can stand among them. */
    private static boolean isFirst(List<TagScore> ranked, int count) {
        return ranked.subList(0, count).stream().allMatch(TagScore::selected);
    }

    private String line(TagScore score, int width) {
        String text = pad(word(score), width)
                + String.format(Locale.ROOT, " %6.3f  ", score.score())
                + pad(bar(score.score()), BAR)
                + String.format(
                        Locale.ROOT, "  %-8s  %3d  %6d", score.selected() ? "yes" : "", score.row(), score.column());
        return coloured(text, score.selected() ? SELECTED : REJECTED);
    }

    private String cut(int width, double gap) {
        String mark = blocks ? CUT : "-";
        return coloured(
                mark.repeat(width) + String.format(Locale.ROOT, "  %5.3f  ", gap) + mark.repeat(BAR) + "  gap",
                REJECTED);
    }

    private String coloured(String text, String style) {
        return colours ? style + text + RESET : text;
    }

    /** The word without characters that steer a terminal. */
    private static String word(TagScore score) {
        return score.tag().word().replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }

    private String bar(double score) {
        double clipped = Math.max(0, Math.min(1, score));
        if (!blocks) {
            return "#".repeat((int) Math.round(clipped * BAR));
        }
        int eighths = (int) Math.round(clipped * BAR * 8);
        String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8 - 1, eighths % 8);
        return EIGHTHS.substring(7).repeat(eighths / 8) + rest;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
