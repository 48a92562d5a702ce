package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What of a model lies on a device, whose memory may be too small for all of it.
///
/// Unless somebody says what stays: first the text encoder's layers come from the host whenever a
/// prompt is encoded, then as many blocks as must, whenever they run.
///
/// @param textEncoderResident whether the text encoder's weights stay there
/// @param residentBlocks transformer blocks whose weights stay there
/// @param bytes of the device that all of it takes, working memory included
/// @param room bytes of the device beside the weights: the working memory, and what is left
public record DevicePlan(boolean textEncoderResident, int residentBlocks, long bytes, long room) {
  /// What of a snapshot would lie on a device with so many bytes.
  ///
  /// @param element in which it computes there
  /// @throws DeviceException if not even a few blocks at a time fit
  public static DevicePlan of(
      QwenImageSnapshot snapshot, DType element, Device.Kind kind, long budget) {
    return of(snapshot, element, kind, Residency.AUTO, budget);
  }

  /// The same where somebody said what stays.
  public static DevicePlan of(
      QwenImageSnapshot snapshot, DType element, Device.Kind kind, Residency asked, long budget) {
    return of(DeviceNeeds.of(snapshot, element, kind), asked, budget);
  }

  /// The best plan for so many bytes.
  ///
  /// @param asked what must stay, and what must not
  /// @throws DeviceException if that does not fit
  static DevicePlan of(DeviceNeeds needs, Residency asked, long budget) {
    var blocks = asked.transformer().map(layers -> layers.of(needs.blocks()));
    int most = blocks.orElse(needs.blocks());
    for (boolean text : asked.textEncoder().map(List::of).orElse(List.of(true, false))) {
      if (needs.bytes(text, most) <= budget) {
        return of(text, most, needs, budget);
      }
    }
    boolean text = asked.textEncoder().orElse(false);
    long least = needs.bytes(text, blocks.orElse(0));
    if (budget < least) {
      throw new DeviceException(
          "device-memory is %s, must be %s or more for this model%s"
              .formatted(Amount.bytes(budget), Amount.bytes(least), staying(asked, most)));
    }
    long more = (budget - least) / needs.block();
    return of(text, (int) Math.min(needs.blocks() - 1, more), needs, budget);
  }

  private static DevicePlan of(boolean text, int resident, DeviceNeeds needs, long budget) {
    long bytes = needs.bytes(text, resident);
    return new DevicePlan(text, resident, bytes, budget - bytes + needs.working());
  }

  private static String staying(Residency asked, int blocks) {
    boolean text = asked.textEncoder().orElse(false);
    boolean some = asked.transformer().isPresent() && blocks > 0;
    if (!text && !some) {
      return "";
    }
    String parts =
        Stream.of(text ? "its text encoder" : "", some ? blocks + " blocks" : "")
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" and "));
    return ", if " + parts + " must stay";
  }
}
