package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.SnapshotException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What is told from a file's names alone to be something else than the part that it is given for:
/// the reasons why it is refused, before anything in it is found missing or damaged.
final class Foreign {
  private static final String TAKE = "take a file of Qwen-Image or Qwen-Image-2512";

  /// A name that only some other kind of file has.
  ///
  /// @param refusal what is said of it; `%s` is the name
  private record Sign(Predicate<String> name, String refusal) {}

  private static final List<Sign> SIGNS =
      List.of(
          new Sign(
              ending(".qweight", ".wscales", ".smooth_factor"),
              "is of Nunchaku's SVDQuant, whose 4-bit numbers only its own kernels read; take the"
                  + " fp8_scaled file or a GGUF such as Q4_K_M"),
          new Sign(
              ending("time_text_embed.addition_t_embedding.weight"),
              "is of Qwen-Image-Layered, another network; " + TAKE),
          new Sign(
              name ->
                  name.contains(".lora_")
                      || name.startsWith("lora_")
                      || name.startsWith("lycoris_"),
              "is of an adapter, must be of a whole network; give adapters with --lora-path"),
          new Sign(
              name -> name.startsWith("decoder.upsamples.0.upsamples."),
              "is of Wan 2.2's VAE, another network; take qwen_image_vae.safetensors"));

  private static final Sign OF_QWEN_IMAGE =
      new Sign(
          ending("txt_norm.weight", ".img_mod.1.weight"),
          "is of Qwen-Image, another network than Qwen-Image 2.1; take a file of 2.1, or another"
              + " snapshot with --model-path");

  private static final Sign OF_QWEN_IMAGE_21 =
      new Sign(
          ending(
              "txt_in.text_norm.weight", ".img_mlp.gate_layer.weight", ".img_mlp.gate_up.weight"),
          "is of Qwen-Image 2.1, another network: give it with a snapshot of 2.1 as --model-path;"
              + " else "
              + TAKE);

  /// Architectures of GGUF files that people give and that are not the part's.
  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "qwen_image21",
          "that is Qwen-Image 2.1, another network: give it with a snapshot of 2.1 as --model-path;"
              + " else "
              + TAKE,
          "qwen3vl",
          "that is the text encoder of Qwen-Image 2.1: give it with a snapshot of 2.1 as"
              + " --model-path",
          "qwen2vl",
          "that is the text encoder of Qwen-Image, another than 2.1's",
          "qwen2",
          "that is an old export which lost what the text encoder needs",
          "clip",
          "that is the vision tower (mmproj) alone, which text to image does not need");

  private Foreign() {}

  private static Predicate<String> ending(String... tails) {
    return name -> List.of(tails).stream().anyMatch(name::endsWith);
  }

  /// @param generation that the file is given for
  /// @throws SnapshotException naming the first name that is a sign of something else
  static void refuse(Path path, Collection<String> names, Generation generation) {
    Sign other =
        switch (generation) {
          case QWEN_IMAGE -> OF_QWEN_IMAGE_21;
          case QWEN_IMAGE_21 -> OF_QWEN_IMAGE;
        };
    List<Sign> signs = Stream.concat(Stream.of(other), SIGNS.stream()).toList();
    for (String name : names) {
      for (Sign sign : signs) {
        if (sign.name().test(name)) {
          throw SnapshotException.tensor(path, name, sign.refusal());
        }
      }
    }
  }

  /// The refusal of Qwen-Image-Edit-2511 in the place of Qwen-Image.
  static SnapshotException edit2511(Path path, String name) {
    return SnapshotException.tensor(
        path,
        name,
        "is of Qwen-Image-Edit-2511 (zero_cond_t), which edits pictures: give it with the snapshot"
            + " of a QwenImageEditPlusPipeline as --model-path; else "
            + TAKE);
  }

  /// @throws SnapshotException if a GGUF file says that it holds something else
  static void refuseArchitecture(Path path, String architecture, Part part, Generation generation) {
    List<String> own = own(part, generation);
    if (!own.isEmpty() && !own.contains(architecture)) {
      String known = ARCHITECTURES.get(architecture);
      throw new SnapshotException(
          path,
          "general.architecture is %s, must be %s for the %s%s"
              .formatted(
                  SnapshotException.quoted(architecture),
                  own.getFirst(),
                  part.label(),
                  known == null ? "" : ": " + known));
    }
  }

  /// stable-diffusion.cpp's converter writes no architecture; nobody has settled on one for VAEs.
  private static List<String> own(Part part, Generation generation) {
    boolean newer = generation == Generation.QWEN_IMAGE_21;
    return switch (part) {
      // Older files of 2.1 have Qwen-Image's word; their names tell them.
      case TRANSFORMER ->
          newer ? List.of("qwen_image21", "qwen_image", "") : List.of("qwen_image", "");
      case TEXT_ENCODER -> List.of(newer ? "qwen3vl" : "qwen2vl");
      case VAE -> List.of();
    };
  }
}
