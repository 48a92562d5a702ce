package io.inkstream.server.edits;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.inputs.InputSource;
import java.util.List;

/// A request that brings pictures, when they lie on the disk and are known to be whole.
///
/// @param fields all of it: `images` and `mask` name what is kept, and nobody else can say that
/// @param brought the ids of those that came with it, which nobody wants when it is answered
public record EditBody(ObjectNode fields, List<String> brought) {
  public EditBody {
    brought = List.copyOf(brought);
  }

  /// The same before anybody has looked at its pictures.
  ///
  /// @param fields without the pictures
  record Read(ObjectNode fields, List<InputSource> images, List<InputSource> mask) {
    Read {
      images = List.copyOf(images);
      mask = List.copyOf(mask);
    }
  }
}
