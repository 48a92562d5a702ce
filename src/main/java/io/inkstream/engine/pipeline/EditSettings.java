package io.inkstream.engine.pipeline;

import io.inkstream.engine.textencoder.EditTemplate;
import io.inkstream.engine.textencoder.VisionTower;

/// How a model edits pictures. Whoever has it closes it.
///
/// @param template its prompts', which tells the pipelines apart
/// @param tower its eyes
/// @param processor what it sees of a picture
/// @param areas that pictures are brought to
public record EditSettings(
    EditTemplate template, VisionTower tower, VisionImageProcessor processor, Areas areas)
    implements AutoCloseable {
  /// What pictures are brought to on their way, in pixels.
  ///
  /// @param condition for the transformer; and what the drawn picture has at most where the given
  ///   ones set its size
  /// @param vision for the tower, where several pictures may be given
  public record Areas(long condition, long vision) {
    /// diffusers'.
    public static final Areas PUBLISHED = new Areas(1024L * 1024, 384L * 384);
  }

  TaskPipeline pipeline(Components components, LatentDecoder decoder) {
    var given = new EditConditions(components, this, new LatentEncoder(components.vae()));
    return switch (template) {
      case EDIT -> new QwenImageEditPipeline(given, decoder);
      case EDIT_PLUS -> new QwenImageEditPlusPipeline(given, decoder);
      case QWEN_IMAGE_21 -> new QwenImage21EditPipeline(given, decoder);
    };
  }

  @Override
  public void close() {
    tower.close();
  }
}
