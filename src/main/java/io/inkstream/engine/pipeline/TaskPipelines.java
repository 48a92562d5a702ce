package io.inkstream.engine.pipeline;

import static io.inkstream.engine.request.InvalidRequestException.require;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// The pipelines of one model, and which of them a request is for.
sealed interface TaskPipelines {
  /// @throws io.inkstream.engine.request.InvalidRequestException if it is for none
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

  /// Those of a model that draws from words, and edits the pictures that a request brings.
  ///
  /// @param edit empty where it edits none
  record WordsAndPictures(TaskPipeline text, Optional<TaskPipeline> edit) implements TaskPipelines {
    @Override
    public TaskPipeline of(GenerationRequest request) {
      if (request.inputs().isEmpty()) {
        return text;
      }
      require(
          edit.isPresent(),
          "image",
          "given",
          "left out: this model's text encoder has no eyes, or its VAE no encoder, so it draws from"
              + " words alone");
      return edit.get();
    }

    @Override
    public Set<Task> tasks() {
      var tasks = EnumSet.of(text.task());
      edit.map(TaskPipeline::task).ifPresent(tasks::add);
      return tasks;
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
