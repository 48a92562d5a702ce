package io.inkstream.engine.pipeline;

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
      var encoder = new LatentEncoder(components.vae());
      return new TaskPipelines.Editing(settings.pipeline(components, encoder, decoder));
    }

    @Override
    public void close() {
      settings.close();
    }
  }

  /// Draws from words, with transparency.
  record QwenImage21() implements PipelineForm {
    @Override
    public TaskPipelines pipelines(Components components, LatentDecoder decoder) {
      return new TaskPipelines.WordsAlone(new QwenImage21Pipeline(components, decoder));
    }
  }
}
