package org.ttdengine.trainer.data.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ttdengine.trainer.data.SplitMix64;

/**
 * Puts a scene into words: lower case, tokens set apart by single spaces, as the captions of CC3M are. Frequent things
 * are named nearly always and rare ones seldom, so that captions say less than the whole truth.
 */
final class SceneCaption {
    private static final double ABSENT = 0.12;

    private static final List<String> OPENINGS =
            List.of("", "", "a photo of", "a picture of", "there is", "we saw", "this is", "look at", "i found");
    private static final List<String> ENDINGS = List.of(
            "",
            "",
            "for sale",
            "in london",
            "on a sunny day",
            "at the weekend",
            "before the party",
            "as a gift",
            "in the morning",
            "during the holiday",
            "with love",
            "by my friend");
    private static final List<String> JOINTS = List.of("and", "and", "with", "near", "beside", "next to");
    private static final List<String> ARTICLES = List.of("a", "a", "a", "the", "the", "my", "our", "someone 's");
    private static final List<String> ADJECTIVES = List.of("old", "new", "lovely", "favourite", "strange", "cheap");
    private static final List<String> SAYINGS = List.of(
            "happy birthday to you",
            "the best of the week",
            "what a day",
            "made with love for my friend",
            "all you need to know about the weekend",
            "how to get ready for the party",
            "the story of our holiday",
            "a gift idea for the morning");

    private SceneCaption() {}

    /** A full sentence. */
    static String sentence(DemoScene scene, SplitMix64 random) {
        List<String> mentions = new ArrayList<>();
        for (DemoThing thing : shuffled(scene.things(), random)) {
            if (random.nextBoolean(rate(0.86, 0.28, thing.figure()))) {
                mentions.add(phrase(looks(thing, random), thing.figure().word(), random));
            }
        }
        if (mentions.isEmpty()) {
            mentions.add(phrase("", scene.things().get(0).figure().word(), random));
        }
        if (random.nextBoolean(ABSENT)) {
            mentions.add(phrase("", absent(scene, random).word(), random));
        }
        StringBuilder text = new StringBuilder(pick(OPENINGS, random));
        for (int i = 0; i < mentions.size(); i++) {
            text.append(' ').append(mentions.get(i));
            if (i < mentions.size() - 1) {
                boolean comma = i < mentions.size() - 2;
                text.append(' ').append(comma ? "," : pick(JOINTS, random));
            }
        }
        for (DemoSurface surface : List.of(scene.ground(), scene.backdrop())) {
            if (random.nextBoolean(rate(0.16, 0.05, surface))) {
                text.append(' ').append(surface.phrase());
            }
        }
        text.append(' ').append(pick(ENDINGS, random));
        text.append(random.nextBoolean(0.3) ? " ." : "");
        return text.toString().strip().replaceAll(" +", " ");
    }

    /** What is said of a thing's looks: its material, its colour, both or neither. */
    private static String looks(DemoThing thing, SplitMix64 random) {
        double spoken = random.nextDouble();
        String material = thing.material()
                .filter(m -> spoken < rate(0.45, 0.2, m))
                .map(m -> m.word() + " ")
                .orElse("");
        return material
                + (random.nextBoolean(rate(0.55, 0.15, thing.colour()))
                        ? thing.colour().word()
                        : "");
    }

    /** One or two words: a thing, its colour or its material, a thing with one of them, or a surface. */
    static String label(DemoScene scene, SplitMix64 random) {
        DemoThing thing = pick(scene.things(), random);
        String word = thing.figure().word();
        String look = thing.material()
                .filter(m -> random.nextBoolean(0.5))
                .map(DemoMaterial::word)
                .orElse(thing.colour().word());
        double kind = random.nextDouble();
        if (kind < 0.1) {
            return random.nextBoolean(0.5)
                    ? scene.ground().word()
                    : scene.backdrop().word();
        }
        return kind < 0.2 ? look : kind < 0.6 ? look + " " + word : word;
    }

    /** Words that say nothing about what is to be seen. */
    static String saying(SplitMix64 random) {
        return pick(SAYINGS, random);
    }

    /** All words that captions are made of besides the visible ones. */
    static Set<String> otherWords() {
        List<String> texts = new ArrayList<>(List.of("an", "in on under against"));
        for (List<String> list : List.of(OPENINGS, ENDINGS, JOINTS, ARTICLES, ADJECTIVES, SAYINGS)) {
            texts.addAll(list);
        }
        Set<String> words = new TreeSet<>();
        for (String text : texts) {
            for (String word : text.split(" ")) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
        }
        return words;
    }

    private static String phrase(String colour, String noun, SplitMix64 random) {
        String article = pick(ARTICLES, random);
        String adjective = random.nextBoolean(0.22) ? pick(ADJECTIVES, random) : "";
        String rest = (adjective + " " + colour + " " + noun).strip().replaceAll(" +", " ");
        boolean vowel = "aeiou".indexOf(rest.charAt(0)) >= 0;
        return (article.equals("a") && vowel ? "an" : article) + " " + rest;
    }

    private static DemoFigure absent(DemoScene scene, SplitMix64 random) {
        while (true) {
            DemoFigure figure = DemoFigure.values()[random.nextInt(DemoFigure.values().length)];
            if (scene.things().stream().noneMatch(thing -> thing.figure() == figure)) {
                return figure;
            }
        }
    }

    /** A rate that falls from the first constant of an enumeration to the last. */
    private static double rate(double first, double last, Enum<?> constant) {
        int count = constant.getDeclaringClass().getEnumConstants().length;
        return first + (last - first) * constant.ordinal() / (count - 1);
    }

    private static List<DemoThing> shuffled(List<DemoThing> things, SplitMix64 random) {
        List<DemoThing> order = new ArrayList<>(things);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            DemoThing thing = order.get(i);
            order.set(i, order.get(j));
            order.set(j, thing);
        }
        return order;
    }

    private static <T> T pick(List<T> list, SplitMix64 random) {
        return list.get(random.nextInt(list.size()));
    }
}
