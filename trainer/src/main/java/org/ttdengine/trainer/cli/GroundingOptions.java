package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.eval.EvalListener;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.FittedPhi;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.LabelledSets;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.PhiCalibration;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.trainer.ttd.WholePicture;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What commands that look for texts in a picture have in common. */
final class GroundingOptions {
    private static final int USUAL_SIZE = 448;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private MethodOptions method;

    @Option(names = "--adapter", description = "PEFT LoRA directory to apply to the model.")
    private Path adapter;

    @Option(
            names = "--image-size",
            description = "Short side of the picture as the model sees it (default: 448, for eval tags 224; demo model:"
                    + " 112).")
    private Integer imageSize;

    /** Works with a model while it is open, by a method whose phi fits it. */
    @FunctionalInterface
    interface ModelTask {
        void run(Clip clip, TtdOptions method) throws IOException;
    }

    /** Works with a model and with what was found out about it before its adapter was attached. */
    @FunctionalInterface
    interface PreparedTask<T> {
        void run(Clip clip, T preparation) throws IOException;
    }

    /** Finds something out about a model. */
    @FunctionalInterface
    interface Preparation<T> {
        T of(Clip clip) throws IOException;
    }

    /** Loads model and adapter, runs the task, and frees them; for the demo's model phi is fitted on the demo's data. */
    void withModel(PrintWriter err, ModelTask task) throws IOException {
        boolean fitted = model.isDemo() && method.phiIsAuto(true);
        TtdOptions given = fitted ? method(Phi.CLIP) : method();
        withModel(clip -> fitted ? method(fittedPhi(clip, err)) : given, task::run);
    }

    private Phi fittedPhi(Clip clip, PrintWriter err) throws IOException {
        LabelledSamples samples = LabelledSets.open(ModelOptions.DEMO, Split.VALIDATION, DemoModel.IMAGE_SIZE);
        EvalOptions options = EvalOptions.square(method(Phi.CLIP), DemoModel.IMAGE_SIZE);
        Phi phi = FittedPhi.of(clip, samples, options, EvalListener.SILENT);
        err.println("phi fitted to the demo's model and data: " + PhiCalibration.format(phi));
        return phi;
    }

    /** Loads the model, prepares with it, applies the adapter, runs the task, and frees both. */
    @SuppressWarnings("try") // an adapter works by being attached
    <T> void withModel(Preparation<T> preparation, PreparedTask<T> task) throws IOException {
        ClipState state = model.read();
        try (Device open = device.open();
                Clip clip = Clip.of(state, model.tokenizer(), open)) {
            T prepared = preparation.of(clip);
            try (Lora lora = adapter == null ? null : Lora.load(clip, adapter, false)) {
                task.run(clip, prepared);
            }
        }
    }

    /** The model's name, with that of its adapter if it has one. */
    String modelName() {
        return adapter == null ? model.model() : model.model() + " + " + adapter;
    }

    /** Whether phi is to be fitted to the model and to data that may be the demo's. */
    boolean phiIsAuto(boolean demoData) {
        return method.phiIsAuto(model.isDemo() || demoData);
    }

    /** The method with a phi other than the one given. */
    TtdOptions method(Phi phi) {
        return method.ttd(false, phi);
    }

    TtdOptions method() {
        return method.ttd(false, method.phi());
    }

    Normalization normalization() {
        return method.normalization();
    }

    /** The words of a text that are its tags, at least one. */
    List<Tag> tagsOf(String text) {
        List<Tag> tags = CaptionTags.of(text, method.tags());
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("--text '" + text + "' has no words that could be tags");
        }
        return tags;
    }

    /** Those of {@code --tags}. */
    static List<Tag> named(List<String> words) {
        try {
            return CaptionTags.named(words);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--tags " + String.join(",", words) + ": " + e.getMessage(), e);
        }
    }

    int imageSize() {
        return imageSize(USUAL_SIZE);
    }

    /** The image size, where it is not given that of the demo model or else a usual one. */
    int imageSize(int usual) {
        int size = imageSize != null ? imageSize : model.hasDemoSizes() ? DemoModel.IMAGE_SIZE : usual;
        if (size < 1 || size > WholePicture.LONGEST_SIDE) {
            throw new IllegalArgumentException(
                    "--image-size must be between 1 and " + WholePicture.LONGEST_SIDE + ", not " + size);
        }
        return size;
    }

    /** The whole picture as the model sees it, its short side scaled to {@code shortSide}. */
    PreparedImage prepareWhole(RgbImage image, int shortSide, Clip clip, PrintWriter err) {
        WholePicture size =
                WholePicture.of(image, shortSide, clip.config().vision().patch());
        if (size.limited()) {
            err.println("the picture of " + image.width() + "x" + image.height() + " is seen at " + size.width() + "x"
                    + size.height() + ": at --image-size " + shortSide + " it would be longer than "
                    + WholePicture.LONGEST_SIDE + " pixels");
            err.flush();
        }
        return size.prepare(image, normalization());
    }
}
