package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.Pixels;

/// The pictures as a step promises them: where each would end if its velocity stayed as it is.
///
/// Flow matching goes along straight lines, so that is `x0 = x_t - sigma_t v_t`. Nothing is
/// computed until it is asked for. Only for the listener's call and its thread: the next step
/// overwrites the numbers.
public interface Prediction {
  /// How many pictures there are.
  int images();

  /// The picture in its full size, decoded as a finished one. Takes as long as that.
  ///
  /// @throws io.inkstream.engine.runtime.CancelledException if the request is cancelled meanwhile
  Pixels picture(int image);

  /// The picture with at most [#MAX_SMALL_SIDE] pixels a side, decoded from latents that are
  /// averaged if there are more.
  ///
  /// @throws io.inkstream.engine.runtime.CancelledException if the request is cancelled meanwhile
  Pixels smallPicture(int image);

  /// The same size by a linear map from latents to colours: next to nothing to compute, and
  /// blurred.
  ///
  /// @throws io.inkstream.engine.runtime.CancelledException if the request is cancelled meanwhile
  Pixels sketch(int image);

  /// Pixels of the longer side of a small picture.
  int MAX_SMALL_SIDE = 512;
}
