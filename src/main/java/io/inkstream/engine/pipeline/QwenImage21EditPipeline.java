package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.textencoder.PictureEmbeds;
import io.inkstream.engine.transformer.GivenPicture;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Pictures changed and joined as the prompt says: diffusers' `QwenImage21Pipeline` with pictures,
/// step by step.
record QwenImage21EditPipeline(EditConditions given, LatentDecoder decoder)
    implements TaskPipeline {
  @Override
  public Task task() {
    return Task.IMAGE_EDIT;
  }

  @Override
  public DrawingPlan plan(GenerationRequest request) {
    var trained = QwenImage21Pipeline.asTrained(given.components(), request);
    return given.sizes().planBefore(trained, InputPictures.MAX_PICTURES);
  }

  @Override
  public List<float[]> draw(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    // 1. Of each picture in the size of a condition, what the text encoder sees of it on white, and
    // its latents with its transparency: the likeliest
    listener.accept(new StageBegan(Stage.IMAGE_ENCODING));
    List<PictureEmbeds> seen = new ArrayList<>();
    List<float[]> latents = new ArrayList<>();
    for (InputPicture picture : admitted.request().inputs().pictures()) {
      var size = EditSizes.inShape(picture, given.settings().areas().condition());
      Pixels pixels = EditSizes.resized(picture.withAlpha(), size);
      seen.add(given.see(pixels.onWhite(), signal));
      latents.add(given.latents(pixels, given.sizes().condition(picture), signal));
    }

    // 2. Prompts, with the numbered pictures before them, to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    Prompts prompts = given.prompts(admitted.request(), seen, signal);
    listener.accept(prompts.read(admitted));

    // 3. Noise
    List<float[]> drawn = given.components().noise(admitted);

    // 4. Sigmas
    Schedule schedule = admitted.schedule();

    // 5. Denoising, behind a prefix of the prompt and the pictures' latents
    try (var steps =
        new DenoisingSteps(
            given.components(),
            admitted,
            prompts,
            Conditions.before(placed(admitted, seen, latents)),
            decoder,
            listener,
            signal)) {
      for (int i = 0; i < schedule.steps(); i++) {
        var move = steps.make(i, drawn);
        steps.tell(i, drawn, move);
      }
      steps.end();
    }
    return drawn;
  }

  /// The latents where the text encoder has a row for four of them.
  private List<GivenPicture> placed(
      AdmittedRequest admitted, List<PictureEmbeds> seen, List<float[]> latents) {
    var places = given.components().promptEncoder().placesOf(given.settings().template(), seen);
    var sizes = admitted.load().given().before();
    List<GivenPicture> placed = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      var grid = new Grid(sizes.get(i).rows(), sizes.get(i).columns());
      placed.add(new GivenPicture(places.get(i), grid, latents.get(i)));
    }
    return placed;
  }
}
