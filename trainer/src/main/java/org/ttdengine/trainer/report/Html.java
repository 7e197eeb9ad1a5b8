package org.ttdengine.trainer.report;

import java.util.Base64;

/** Pieces of HTML, written so that XML parsers take them too. */
final class Html {
    private Html() {}

    /** Text as it may stand between tags and in quoted attributes; what cannot be shown becomes a replacement character. */
    static String text(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cs}\\p{Co}\\p{Cn}\\p{Cf}&&[^\\n\\t\\u200d]]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /**
     * A picture within the page.
     *
     * @param png its file
     * @param style CSS class
     * @param alt what it shows, plain text
     */
    static String image(byte[] png, String style, String alt) {
        return "<img class=\"" + style + "\" alt=\"" + text(alt) + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(png) + "\"/>";
    }
}
