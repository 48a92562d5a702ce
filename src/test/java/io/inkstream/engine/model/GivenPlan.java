package io.inkstream.engine.model;

import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.util.ArrayList;
import java.util.List;

/// Plans that tests give, where nobody makes them by a device's memory.
final class GivenPlan {
  private GivenPlan() {}

  /// Of one device.
  ///
  /// @param text whether the text encoder stays there
  /// @param resident blocks that do
  /// @param room bytes of the device beside the weights
  static DevicePlan one(QwenImageSnapshot snapshot, boolean text, int resident, long room) {
    int blocks = snapshot.transformerConfig().numLayers();
    int layers = snapshot.textEncoderConfig().numHiddenLayers();
    return new DevicePlan(
        List.of(new CardPlan(DeviceDuty.all(blocks), resident, layers, text, 0, room)));
  }

  /// Of several that share the layers, all of which stay.
  ///
  /// @param blocks of each device
  /// @param layers of the text encoder, of each device
  /// @param vae the device that it runs on
  static DevicePlan stages(List<Integer> blocks, List<Integer> layers, int vae, long room) {
    List<CardPlan> cards = new ArrayList<>();
    for (int card = 0; card < blocks.size(); card++) {
      int own = blocks.get(card);
      int text = layers.get(card);
      boolean first = own > 0 && cards.stream().allMatch(before -> before.blocks() == 0);
      var duty = new DeviceDuty(own, text > 0, first, card == vae);
      cards.add(new CardPlan(duty, own, text, true, 0, room));
    }
    return new DevicePlan(cards);
  }
}
