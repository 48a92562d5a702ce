package io.inkstream.engine.pipeline;

import static io.inkstream.engine.request.InvalidRequestException.require;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.estimate.Given;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Resample;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import java.util.ArrayList;
import java.util.List;

/// The sizes that pictures have on their way into an edit, and what they add to its load.
///
/// @param components of the model
/// @param settings of the model
record EditSizes(Components components, EditSettings settings) {
  private static final int UNIT = 32;
  // Heap of a pixel on its way to the networks: its colours in another size, twice where they are
  // multiplied by alpha, its numbers, and those of its patch.
  private static final long BYTES_OF_PIXEL = 48;
  // Rows of the tower's, as they are kept, and on their way into the text encoder.
  private static final long ROW_COPIES = 2;

  /// About so many pixels in a picture's shape, each side a multiple of 32: diffusers'
  /// `calculate_dimensions`.
  static Canvas inShape(InputPicture picture, long area) {
    double ratio = (double) picture.width() / picture.height();
    double width = Math.sqrt(area * ratio);
    double height = width / ratio;
    return new Canvas(side(width), side(height));
  }

  private static int side(double pixels) {
    return Math.max(1, (int) Math.rint(pixels / UNIT)) * UNIT;
  }

  static Pixels resized(Pixels pixels, Canvas size) {
    return Resample.lanczos(pixels, size.width(), size.height());
  }

  /// The size of a picture's latents, as the transformer gets it.
  LatentSize condition(InputPicture picture) {
    var size = inShape(picture, settings.areas().condition());
    return LatentSize.ofPixels(
        size.width(),
        size.height(),
        components.vae().scale(),
        components.transformer().patchSize());
  }

  /// What drawing a request comes to whose pictures go beside the drawn one.
  ///
  /// @param most pictures that the pipeline takes
  /// @param seen pixels that the tower gets of a picture
  /// @throws io.inkstream.engine.request.InvalidRequestException if it has none, or more, or a mask
  ///   or a strength
  DrawingPlan plan(GenerationRequest request, int most, long seen) {
    requireEdit(request.inputs(), most);
    var cells = cells(request, seen);
    return plan(
        request, new Given(conditions(request), List.of(), tokens(cells), heap(request, cells)));
  }

  /// The same of one whose pictures stand among the text before it, and are seen as they stand
  /// there.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException likewise
  DrawingPlan planBefore(GenerationRequest request, int most) {
    requireEdit(request.inputs(), most);
    var cells = cells(request, settings.areas().condition());
    return plan(
        request, new Given(List.of(), conditions(request), tokens(cells), heap(request, cells)));
  }

  private DrawingPlan plan(GenerationRequest request, Given given) {
    return new DrawingPlan(sized(request), given);
  }

  private List<LatentSize> conditions(GenerationRequest request) {
    return request.inputs().pictures().stream().map(this::condition).toList();
  }

  /// Of each picture as the tower sees it.
  private List<Integer> cells(GenerationRequest request, long seen) {
    List<Integer> cells = new ArrayList<>();
    for (InputPicture picture : request.inputs().pictures()) {
      var size = inShape(picture, seen);
      cells.add(settings.processor().cells(size.width(), size.height()).count());
    }
    return cells;
  }

  private int tokens(List<Integer> cells) {
    return components.promptEncoder().tokensOf(settings.template(), cells);
  }

  private long heap(GenerationRequest request, List<Integer> cells) {
    long row = (long) components.promptEncoder().width() * Float.BYTES * settings.tower().rows();
    long rows = cells.stream().mapToLong(Integer::longValue).sum();
    return Given.bytes(request.inputs())
        + BYTES_OF_PIXEL * settings.areas().condition()
        + ROW_COPIES * rows * row;
  }

  /// Where the pictures set the size, the last one does, as in diffusers.
  private GenerationRequest sized(GenerationRequest request) {
    var inputs = request.inputs();
    if (!inputs.setSize()) {
      return request;
    }
    long area = Math.min(settings.areas().condition(), request.canvas().pixels());
    var size = inShape(inputs.pictures().getLast(), area);
    return request.withCanvas(size.width(), size.height());
  }

  private static void requireEdit(InputPictures inputs, int most) {
    require(!inputs.isEmpty(), "image", "missing", "given: this model edits pictures");
    require(
        inputs.pictures().size() <= most,
        "image",
        "a list of " + inputs.pictures().size(),
        "one picture: this model edits one; those of Qwen-Image-Edit-2509 and later, up to "
            + InputPictures.MAX_PICTURES);
    require(
        inputs.mask().isEmpty(),
        "mask",
        "given",
        "left out: this model edits what the prompt says; Qwen-Image draws anew below a mask");
    require(
        inputs.strength().isEmpty(),
        "strength",
        "given",
        "left out: this model edits what the prompt says; Qwen-Image draws a picture anew");
  }
}
