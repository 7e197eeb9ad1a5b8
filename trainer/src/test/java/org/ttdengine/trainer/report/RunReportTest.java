package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class RunReportTest {
    private static final String HOSTILE = "dog </style><script>alert('1')</script> & \"cat\" \u202ehere\u0007";
    private static final String DATA = "data:image/png;base64,";

    @TempDir
    private Path folder;

    private String html;
    private Document page;

    @BeforeEach
    void write() throws IOException, SAXException, ParserConfigurationException {
        SamplesBefore before = new SamplesBefore(0.5);
        before.visit(ReportSamples.observation("a/1", HOSTILE, Set.of("dog", "cat"), 0.2f, true));
        before.visit(ReportSamples.observation("a/2", "red bus", Set.of("bus"), 0.9f, false, true));
        before.visit(ReportSamples.observation("a/3", "nothing here", Set.of(), 0.9f, false, true));
        SamplesAfter after = new SamplesAfter(before);
        after.visit(ReportSamples.observation("a/1", HOSTILE, Set.of("dog", "cat"), 0.9f, true));
        after.visit(ReportSamples.observation("a/2", "red bus", Set.of("bus"), 0.2f, true, false));
        after.visit(ReportSamples.observation("a/3", "nothing here", Set.of(), 0.1f, false, true));
        Path log = Files.writeString(folder.resolve("log.jsonl"), """
                {"step":1,"epoch":0,"loss":0.5,"loss_distill":0.1,"loss_tag":0.4,"grad_norm":0.2,"lr":1.0E-4,\
                "tags":20,"tags_selected":5,"images_per_s":10,"step_ms":70000}
                {"step":2,"epoch":0,"loss":0.4,"loss_distill":"NaN","loss_tag":0.3,"grad_norm":0.1,"lr":5.0E-5,\
                "tags":20,"tags_selected":10,"images_per_s":12,"step_ms":5000}
                """);
        Effect effect = new Effect(
                "some <b>data</b>",
                ReportSamples.scores("pixel", 3, 0.25),
                ReportSamples.scores("pixel", 6, 0.5),
                after);
        Path file = folder.resolve("report.html");
        new RunReport("Run & <more>", Map.of("Model", HOSTILE), Map.of("--data", HOSTILE), Optional.of(effect))
                .write(log, file);
        html = Files.readString(file);
        page = parsed();
    }

    private Document parsed() throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("report.html").toFile());
    }

    private List<Element> all(String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private List<Element> styled(String tag, String style) {
        return all(tag).stream()
                .filter(element ->
                        List.of(element.getAttribute("class").split(" ")).contains(style))
                .toList();
    }

    @Test
    void thePageNeedsNoScriptAndNothingFromElsewhere() {
        assertThat(html).doesNotContain("<script", "http:", "https:", "@import", "url(", "<link", "<iframe", "<object");
        assertThat(all("*")).noneMatch(element -> element.hasAttribute("href"));
        assertThat(all("*")).noneMatch(element -> element.hasAttribute("onload") || element.hasAttribute("onclick"));
        assertThat(all("*").stream().filter(element -> element.hasAttribute("src")))
                .isNotEmpty()
                .allMatch(element -> element.getAttribute("src").startsWith(DATA));
    }

    @Test
    void captionsAndOptionsAreShownAndNotObeyed() {
        assertThat(html)
                .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;")
                .doesNotContain("\u202e", "\u0007");
        assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo("Run & <more>");
        assertThat(styled("table", "options").get(0).getTextContent())
                .isEqualToIgnoringWhitespace(
                        "--data" + HOSTILE.replace('\u202e', '\ufffd').replace('\u0007', '\ufffd'));
    }

    @Test
    void everyPictureDecodesAndSaysWhatItShows() throws IOException {
        assertThat(all("img")).hasSizeGreaterThan(20);
        for (Element image : all("img")) {
            assertThat(image.getAttribute("alt")).isNotBlank();
            String data = image.getAttribute("src").substring(DATA.length());
            BufferedImage decoded =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
            assertThat(decoded.getWidth() + "x" + decoded.getHeight()).isEqualTo("24x16");
        }
        assertThat(all("svg").stream()
                        .filter(chart -> chart.getAttribute("role").equals("img")))
                .hasSize(5)
                .allMatch(chart -> !chart.getAttribute("aria-label").isBlank());
    }

    @Test
    void figuresStandBesideWhatTheyWere() {
        assertThat(styled("div", "headline").get(0).getTextContent())
                .isEqualTo("Tag F166.7 → 80.0 +13.3" + "Tag mAP50.0 → 50.0 +0.0" + "CaptionIoU25.0 → 50.0 +25.0"
                        + "Missed pixels (mFNR)50.0 → 25.0 -25.0");
        assertThat(styled("span", "good")).hasSize(9);
        assertThat(html).contains("On some &lt;b&gt;data&lt;/b&gt;");
    }

    @Test
    void theHeadTellsStepsAndTime() {
        assertThat(styled("dl", "facts").get(0).getTextContent().replace("\n", " "))
                .endsWith("Steps2 Time of all steps1 min 15 s ");
    }

    @Test
    void samplesStandAmongTheFirstAndAmongThoseThatChangedMost() {
        List<Element> samples = styled("article", "sample");
        assertThat(samples)
                .extracting(sample -> styledIn(sample, "change"))
                .containsExactly(
                        "CaptionIoU 0.0 → 100.0 · tag F1 66.7 → 66.7 · a/1",
                        "CaptionIoU 100.0 → 0.0 · tag F1 100.0 → 0.0 · a/2",
                        "CaptionIoU 0.0 → 100.0 · tag F1 66.7 → 66.7 · a/1",
                        "CaptionIoU 100.0 → 0.0 · tag F1 100.0 → 0.0 · a/2");
        assertThat(html).contains("Largest gains among 2", "Largest losses among 2");
    }

    private static String styledIn(Element sample, String style) {
        NodeList paragraphs = sample.getElementsByTagName("p");
        for (int i = 0; i < paragraphs.getLength(); i++) {
            Element paragraph = (Element) paragraphs.item(i);
            if (paragraph.getAttribute("class").equals(style)) {
                return paragraph.getTextContent();
            }
        }
        return "";
    }

    @Test
    void wordsShowTheirFateBeforeAndAfter() {
        NodeList captions = ((Element) styled("div", "words").get(1)).getElementsByTagName("p");
        assertThat(captions.item(0).getTextContent()).isEqualTo("red ✓bus");
        assertThat(captions.item(1).getTextContent()).isEqualTo("✗red ○bus");
    }

    @Test
    void aRunThatWasNotEvaluatedHasCurvesOnly() throws IOException {
        Path file = folder.resolve("plain.html");
        new RunReport("Run", Map.of(), Map.of(), Optional.empty()).write(folder.resolve("log.jsonl"), file);
        assertThat(file).content().contains("class=\"chart\"").doesNotContain("Before and after", "<img");
    }
}
