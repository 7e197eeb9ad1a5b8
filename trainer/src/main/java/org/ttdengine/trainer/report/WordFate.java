package org.ttdengine.trainer.report;

/** What became of a word of a caption (Fig. 5 of the paper). Styles differ by more than their hue. */
enum WordFate {
    /** Selected and true. */
    HIT("hit", "✓", "selected and true"),
    /** Selected, not true. */
    INTRUDER("intruder", "✗", "selected, not true"),
    /** True, not selected. */
    MISSED("missed", "○", "missed: true, not selected"),
    /** Neither. */
    REJECTED("rejected", "", "rightly rejected");

    private final String style;
    private final String mark;
    private final String meaning;

    WordFate(String style, String mark, String meaning) {
        this.style = style;
        this.mark = mark;
        this.meaning = meaning;
    }

    static WordFate of(boolean selected, boolean truth) {
        if (selected) {
            return truth ? HIT : INTRUDER;
        }
        return truth ? MISSED : REJECTED;
    }

    String meaning() {
        return meaning;
    }

    /** A word in the style of its fate. */
    String html(String word) {
        String sign = mark.isEmpty() ? "" : "<i aria-hidden=\"true\">" + mark + "</i>";
        return "<span class=\"w " + style + "\" title=\"" + meaning + "\">" + sign + Html.text(word) + "</span>";
    }

    /** The four styles and what they mean. */
    static String legend() {
        StringBuilder html = new StringBuilder("<p class=\"legend\">Words: ");
        for (WordFate fate : values()) {
            html.append(fate.html(fate.meaning)).append(' ');
        }
        return html.append("</p>\n").toString();
    }
}
