package org.ttdengine.trainer.cli;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.vit.image.HeatMaps;
import org.ttdengine.vit.image.RgbImage;

/** All maps of a picture side by side with their names, and the scale of their colours, in one picture. */
final class ContactSheet {
    private static final int SIDE = 176;
    private static final int MARGIN = 24;
    private static final int GAP = 20;
    private static final int SEAM = 3;
    private static final int COLUMNS = 3;
    private static final int LABEL = 24;
    private static final int HEAD = 34;
    private static final int SCALE_WIDTH = 220;
    private static final int SCALE_HEIGHT = 12;
    private static final int FOOT = 44;
    private static final Color INK = new Color(0x1d2129);
    private static final Color SOFT = new Color(0x5b6472);
    private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    private static final Font BOLD = PLAIN.deriveFont(Font.BOLD);
    private static final String ELLIPSIS = "…";

    private final RgbImage image;
    private final Grounding.Grid grid;
    private final String title;
    private final double opacity;
    private final List<Entry> entries = new ArrayList<>();
    private final int tileWidth;
    private final int tileHeight;

    private record Entry(String label, boolean strong, float[] map) {}

    /**
     * A sheet without maps so far.
     *
     * @param opacity share of the maps where they lie over the picture, 0 to 1
     */
    ContactSheet(String title, RgbImage image, Grounding.Grid grid, double opacity) {
        this.title = title;
        this.opacity = opacity;
        this.image = image;
        this.grid = grid;
        double scale = (double) SIDE / Math.max(image.width(), image.height());
        this.tileWidth = (int) Math.max(1, Math.round(scale * image.width()));
        this.tileHeight = (int) Math.max(1, Math.round(scale * image.height()));
    }

    /**
     * Adds a map.
     *
     * @param label what it is of; cut where it is too long
     * @param strong whether the label stands out
     * @param map {@code [rows * columns]}, from 0 to 1
     */
    void add(String label, boolean strong, float[] map) {
        entries.add(new Entry(label, strong, map));
    }

    /**
     * Draws the sheet.
     *
     * @throws IOException if this Java has no fonts
     */
    RgbImage draw() throws IOException {
        try {
            return drawn();
        } catch (InternalError | LinkageError | RuntimeException e) {
            // Java has no exception of its own for a system without fonts: it fails in any of these ways.
            throw new IOException("this Java finds no fonts (" + e + "); install fontconfig and a font", e);
        }
    }

    private RgbImage drawn() {
        int columns = Math.min(COLUMNS, 1 + entries.size());
        int rows = (entries.size() + columns) / columns;
        int width = 2 * MARGIN + columns * cellWidth() + (columns - 1) * GAP;
        int height = 2 * MARGIN + HEAD + rows * (LABEL + tileHeight + GAP) + FOOT;
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, width, height);
            text(graphics, BOLD.deriveFont(17f), INK, title, MARGIN, MARGIN + 16, width - 2 * MARGIN);
            for (int cell = 0; cell <= entries.size(); cell++) {
                int x = MARGIN + cell % columns * (cellWidth() + GAP);
                int y = MARGIN + HEAD + cell / columns * (LABEL + tileHeight + GAP);
                if (cell == 0) {
                    text(graphics, PLAIN, SOFT, "picture", x, y + 16, cellWidth());
                    tile(graphics, image, x, y);
                } else {
                    entry(graphics, entries.get(cell - 1), x, y);
                }
            }
            scale(graphics, height - MARGIN - FOOT + GAP);
        } finally {
            graphics.dispose();
        }
        return rgb(sheet);
    }

    /** Room for a map and for the picture under it. */
    private int cellWidth() {
        return 2 * Math.max(tileWidth, SIDE / 2) + SEAM;
    }

    private void entry(Graphics2D graphics, Entry entry, int x, int y) {
        text(graphics, entry.strong ? BOLD : PLAIN, entry.strong ? INK : SOFT, entry.label, x, y + 16, cellWidth());
        tile(graphics, HeatMaps.render(entry.map, grid.rows(), grid.columns(), tileWidth, tileHeight), x, y);
        RgbImage overlay = HeatMaps.overlay(image, entry.map, grid.rows(), grid.columns(), opacity);
        tile(graphics, overlay, x + tileWidth + SEAM, y);
    }

    private void tile(Graphics2D graphics, RgbImage picture, int x, int y) {
        graphics.drawImage(buffered(picture), x, y + LABEL, tileWidth, tileHeight, null);
    }

    private static void scale(Graphics2D graphics, int y) {
        int[] colours = HeatMaps.palette(SCALE_WIDTH);
        for (int i = 0; i < colours.length; i++) {
            graphics.setColor(new Color(colours[i]));
            graphics.fillRect(MARGIN + i, y, 1, SCALE_HEIGHT);
        }
        text(graphics, PLAIN, SOFT, "0", MARGIN, y + SCALE_HEIGHT + 16, SCALE_WIDTH);
        text(graphics, PLAIN, SOFT, "similarity", MARGIN + SCALE_WIDTH / 2 - 30, y + SCALE_HEIGHT + 16, SCALE_WIDTH);
        text(graphics, PLAIN, SOFT, "1", MARGIN + SCALE_WIDTH - 8, y + SCALE_HEIGHT + 16, SCALE_WIDTH);
    }

    /** A line of text, cut where it is wider than there is room. */
    private static void text(Graphics2D graphics, Font font, Color colour, String text, int x, int y, int room) {
        graphics.setFont(font);
        graphics.setColor(colour);
        graphics.drawString(fitted(text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " "), graphics.getFontMetrics(), room), x, y);
    }

    private static String fitted(String text, FontMetrics metrics, int room) {
        if (metrics.stringWidth(text) <= room) {
            return text;
        }
        int length = Math.min(text.codePointCount(0, text.length()), room);
        while (length > 0 && metrics.stringWidth(first(text, length) + ELLIPSIS) > room) {
            length--;
        }
        return first(text, length) + ELLIPSIS;
    }

    private static String first(String text, int codePoints) {
        return text.substring(0, text.offsetByCodePoints(0, codePoints));
    }

    private static BufferedImage buffered(RgbImage picture) {
        BufferedImage buffered = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < rgb.length / 3; i++) {
            int colour = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            buffered.setRGB(i % picture.width(), i / picture.width(), colour);
        }
        return buffered;
    }

    private static RgbImage rgb(BufferedImage sheet) {
        byte[] rgb = new byte[3 * sheet.getWidth() * sheet.getHeight()];
        for (int i = 0; i < rgb.length / 3; i++) {
            int colour = sheet.getRGB(i % sheet.getWidth(), i / sheet.getWidth());
            rgb[3 * i] = (byte) (colour >> 16);
            rgb[3 * i + 1] = (byte) (colour >> 8);
            rgb[3 * i + 2] = (byte) colour;
        }
        return new RgbImage(sheet.getWidth(), sheet.getHeight(), rgb);
    }
}
