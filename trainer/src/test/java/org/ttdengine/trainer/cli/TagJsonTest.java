package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.trainer.ttd.TagScorer;

class TagJsonTest {
    @Test
    void jsonIsAsciiAndScoresReadBackExactly() throws JsonProcessingException {
        double third = 1.0 / 3;
        TagScore score = new TagScore(new Tag("café", 0, false), third, true, 1, 2);
        String json = new TagJson("é", TagScorer.PIXEL, new Grounding.Grid(2, 120, null), List.of(score)).json();
        assertThat(json).matches("\\p{ASCII}+");
        var root = new ObjectMapper().readTree(json);
        assertThat(root.get("text").textValue()).isEqualTo("é");
        assertThat(root.at("/tags/0/tag").textValue()).isEqualTo("café");
        assertThat(root.at("/tags/0/score").doubleValue()).isEqualTo(third);
    }
}
