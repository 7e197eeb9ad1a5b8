package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.trainer.ttd.TagScorer;

/** The tags of a picture as text. */
record TagReport(String text, TagScorer scorer, Grounding.Grid grid, List<TagScore> scores) {
    private static final String EIGHTHS = "▏▎▍▌▋▊▉█";
    private static final int BAR = 12;

    /** One JSON object in ASCII, whatever the character set of the reader; scores read back exactly. */
    String json() throws JsonProcessingException {
        JsonMapper mapper =
                JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        ObjectNode root = mapper.createObjectNode();
        root.put("text", text);
        root.put("scorer", scorer.toString());
        root.putArray("grid").add(grid.rows()).add(grid.columns());
        for (TagScore score : scores) {
            root.withArray("tags")
                    .addObject()
                    .put("tag", score.tag().word())
                    .put("score", score.score())
                    .put("selected", score.selected())
                    .put("row", score.row())
                    .put("column", score.column());
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    /** A line per tag under a heading; bars of blocks where the character set has them. */
    String table(Charset charset) {
        boolean blocks = charset.newEncoder().canEncode(EIGHTHS);
        int widest = scores.stream().mapToInt(s -> length(word(s))).max().orElse(0);
        int width = Math.max(widest, "tag".length());
        StringBuilder table =
                new StringBuilder(pad("tag", width) + pad("  score", 9 + BAR) + "  selected  row  column");
        for (TagScore s : scores) {
            table.append(System.lineSeparator()).append(pad(word(s), width));
            table.append(String.format(Locale.ROOT, "  %5.3f  ", s.score())).append(pad(bar(s.score(), blocks), BAR));
            table.append(
                    String.format(Locale.ROOT, "  %-8s  %3d  %6d", s.selected() ? "yes" : "", s.row(), s.column()));
        }
        return table.toString();
    }

    /** The word without characters that steer a terminal. */
    private static String word(TagScore score) {
        return score.tag().word().replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }

    private static String bar(double score, boolean blocks) {
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
