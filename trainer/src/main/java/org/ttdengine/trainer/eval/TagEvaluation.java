package org.ttdengine.trainer.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How well some methods find the tags of captions (Tables 2, 5b, 8 and 9, Fig. 8). */
public final class TagEvaluation implements SampleVisitor {
    private final List<TagMethod> methods;
    private final List<TagTally> tallies = new ArrayList<>();

    /**
     * The figures of one method.
     *
     * @param method its name
     * @param rule how it selects
     * @param metrics how well
     */
    public record Row(String method, String rule, TagMetrics metrics) {}

    public TagEvaluation(List<TagMethod> methods) {
        this.methods = List.copyOf(methods);
        methods.forEach(method -> tallies.add(new TagTally()));
    }

    @Override
    public void visit(Observation observation) {
        for (int m = 0; m < methods.size(); m++) {
            Optional<TagAnswer> answer = methods.get(m).answer(observation);
            if (answer.isPresent()) {
                tallies.get(m).add(observation.words().truth(), answer.get());
            } else {
                tallies.get(m).skip();
            }
        }
    }

    /** The figures so far, in the order of the methods. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int m = 0; m < methods.size(); m++) {
            rows.add(new Row(
                    methods.get(m).name(), methods.get(m).rule(), tallies.get(m).metrics()));
        }
        return List.copyOf(rows);
    }
}
