package io.inkstream.engine.pipeline;

import java.util.Optional;

/// Which of diffusers' pipelines a model is for, and what these need beside its components. Whoever
/// has it closes it.
public sealed interface PipelineForm extends AutoCloseable {
  /// The pipelines of one model.
  TaskPipelines pipelines(Components components, LatentDecoder decoder);

  @Override
  default void close() {}

  /// Draws from words, and draws a picture anew.
  record QwenImage() implements PipelineForm {
    @Override
    public TaskPipelines pipelines(Components components, LatentDecoder decoder) {
      return new TaskPipelines.Drawing(
          new QwenImagePipeline(components, decoder), new LatentEncoder(components.vae()));
    }
  }

  /// Edits pictures.
  record Editing(EditSettings settings) implements PipelineForm {
    @Override
    public TaskPipelines pipelines(Components components, LatentDecoder decoder) {
      return new TaskPipelines.Editing(settings.pipeline(components, decoder));
    }

    @Override
    public void close() {
      settings.close();
    }
  }

  /// Draws from words, with transparency, and edits pictures.
  ///
  /// @param settings of edits; empty where it makes none
  record QwenImage21(Optional<EditSettings> settings) implements PipelineForm {
    @Override
    public TaskPipelines pipelines(Components components, LatentDecoder decoder) {
      return new TaskPipelines.WordsAndPictures(
          new QwenImage21Pipeline(components, decoder),
          settings.map(edits -> edits.pipeline(components, decoder)));
    }

    @Override
    public void close() {
      settings.ifPresent(EditSettings::close);
    }
  }
}
