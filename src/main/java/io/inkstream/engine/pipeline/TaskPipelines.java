package io.inkstream.engine.pipeline;

import static io.inkstream.engine.pipeline.InvalidRequestException.require;

import java.util.EnumSet;
import java.util.Set;

/// The pipelines of one model, and which of them a request is for.
sealed interface TaskPipelines {
  /// @throws InvalidRequestException if it is for none
  TaskPipeline of(GenerationRequest request);

  /// What they are for.
  Set<Task> tasks();

  /// Those of a model that draws from words, and changes a picture where its VAE encodes.
  record Drawing(
      QwenImagePipeline text, QwenImageImg2ImgPipeline picture, QwenImageInpaintPipeline masked)
      implements TaskPipelines {
    Drawing(QwenImagePipeline text, LatentEncoder encoder) {
      this(
          text,
          new QwenImageImg2ImgPipeline(text, encoder),
          new QwenImageInpaintPipeline(text, encoder));
    }

    @Override
    public TaskPipeline of(GenerationRequest request) {
      if (request.inputs().isEmpty()) {
        return text;
      }
      require(
          text.components().vae().encodes(),
          "image",
          "given",
          "left out: this model's VAE has no encoder, so it draws from words alone");
      return request.inputs().mask().isPresent() ? masked : picture;
    }

    @Override
    public Set<Task> tasks() {
      return text.components().vae().encodes()
          ? EnumSet.of(text.task(), picture.task(), masked.task())
          : EnumSet.of(text.task());
    }
  }

  /// That of a model that draws from words and takes no pictures.
  record WordsAlone(TaskPipeline text) implements TaskPipelines {
    @Override
    public TaskPipeline of(GenerationRequest request) {
      require(
          request.inputs().isEmpty(),
          "image",
          "given",
          "left out: this version draws with this model from words alone");
      return text;
    }

    @Override
    public Set<Task> tasks() {
      return EnumSet.of(text.task());
    }
  }

  /// That of a model that edits pictures as it is told, and does nothing without one.
  record Editing(TaskPipeline edit) implements TaskPipelines {
    @Override
    public TaskPipeline of(GenerationRequest request) {
      return edit;
    }

    @Override
    public Set<Task> tasks() {
      return EnumSet.of(edit.task());
    }
  }
}
