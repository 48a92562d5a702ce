package io.inkstream.engine.model;

import io.inkstream.Goldens.Case;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/// Pictures that begin with pictures against diffusers: image to image, inpainting, and edits of
/// one and of several pictures through the vision tower.
class PictureToPictureGoldenTest extends TextToImageGoldenTest {
  @TempDir Path temp;

  @Override
  Set<String> kinds() {
    return Set.of("img2img", "inpaint", "edit", "edit_plus");
  }

  /// One case shows what a version of transformers makes of edits that no model was trained for.
  @Override
  boolean isPossible(Case golden) {
    return !isEdit(golden) || golden.settings().path("mrope").asText().equals("3d");
  }

  private static boolean isEdit(Case golden) {
    return golden.kind().startsWith("edit");
  }

  @Override
  String model(Case golden) {
    return isEdit(golden)
        ? "%s %s %s".formatted(golden.snapshot(), golden.kind(), areas(golden))
        : golden.snapshot().toString();
  }

  @Override
  DiffusionPipeline load(Case golden) {
    if (!isEdit(golden)) {
      return super.load(golden);
    }
    String name =
        golden.kind().equals("edit") ? "QwenImageEditPipeline" : "QwenImageEditPlusPipeline";
    var files = files(golden, name);
    return load(
        new ModelSettings(
            files, precision(), Optional.empty(), AdapterSettings.NONE, Optional.empty()),
        areas(golden));
  }

  /// A model with that `_class_name`.
  ModelFiles files(Case golden, String pipelineClass) {
    return EditSnapshot.of(golden.snapshot(), temp.resolve(golden.name()), pipelineClass);
  }

  private static Areas areas(Case golden) {
    long condition = golden.settings().path("condition_area").asLong(Areas.PUBLISHED.condition());
    long vision = golden.settings().path("vl_area").asLong(Areas.PUBLISHED.vision());
    return new Areas(condition, vision);
  }

  @Override
  GenerationRequest request(Case golden) {
    var tensors = golden.tensors();
    List<InputPicture> pictures = new ArrayList<>();
    for (int i = 0; tensors.tensors().containsKey("input_image." + i); i++) {
      pictures.add(InputPicture.of(pixels(tensors, "input_image." + i)));
    }
    var inputs = InputPictures.of(pictures).withSetSize(false);
    if (golden.settings().has("strength")) {
      inputs = inputs.withStrength(golden.settings().get("strength").asDouble());
    }
    if (tensors.tensors().containsKey("mask_image")) {
      inputs = inputs.withMask(InputMask.of(plane(tensors)));
    }
    return super.request(golden).withInputs(inputs);
  }

  private static Pixels pixels(SafetensorsFile tensors, String name) {
    TensorEntry entry = tensors.tensor(name);
    return new Pixels((int) entry.shape().dim(1), (int) entry.shape().dim(0), bytes(tensors, name));
  }

  private static Plane plane(SafetensorsFile tensors) {
    TensorEntry entry = tensors.tensor("mask_image");
    return new Plane(
        (int) entry.shape().dim(1), (int) entry.shape().dim(0), bytes(tensors, "mask_image"));
  }

  private static byte[] bytes(SafetensorsFile tensors, String name) {
    int[] values = tensors.ints(name);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
