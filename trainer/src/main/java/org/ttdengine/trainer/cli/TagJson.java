package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.trainer.ttd.TagScorer;

/** The tags of a picture as JSON. */
record TagJson(String text, TagScorer scorer, Grounding.Grid grid, List<TagScore> scores) {
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
}
