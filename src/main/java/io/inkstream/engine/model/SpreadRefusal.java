package io.inkstream.engine.model;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.estimate.DeviceDuty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Why a model's layers do not fit devices, and what would do.
record SpreadRefusal(LayerSpread spread) {
  /// Of a device that is too small.
  DeviceException tooSmall() {
    int card = culprit();
    var memory = cards().get(card);
    String least = Amount.bytes(least(card));
    String has = Amount.bytes(memory.budget());
    return new DeviceException(
        cards().size() == 1
            ? "device-memory is %s, must be %s or more for this model%s"
                .formatted(has, least, staying())
            : "%s has %s that may be used, must have %s or more for this model on %d devices%s"
                .formatted(memory.name(), has, least, cards().size(), staying()));
  }

  /// Of a device that would hold nothing.
  DeviceException idle(CardMemory card) {
    var needs = spread.needs();
    long least = needs.bytes(new DeviceDuty(1, false, false, false), 0, 1);
    return new DeviceException(
        ("%s has %s that may be used and would hold nothing: one of the %d blocks of this model takes"
                + " %s there; use fewer devices")
            .formatted(
                card.name(), Amount.bytes(card.budget()), needs.blocks(), Amount.bytes(least)));
  }

  private List<CardMemory> cards() {
    return spread.cards();
  }

  /// One that is too small whatever the others have, or the largest.
  private int culprit() {
    return IntStream.range(0, cards().size())
        .filter(card -> !fits(alone(card), card, cards().get(card).budget()))
        .findFirst()
        .orElseGet(this::largest);
  }

  private int largest() {
    return IntStream.range(0, cards().size())
        .boxed()
        .max(Comparator.comparingLong(card -> cards().get(card).budget()))
        .orElseThrow();
  }

  /// The same with no limit to the others.
  private LayerSpread alone(int card) {
    return spread.with(
        IntStream.range(0, cards().size())
            .mapToObj(i -> i == card ? cards().get(i) : cards().get(i).with(Long.MAX_VALUE))
            .toList());
  }

  private static boolean fits(LayerSpread spread, int card, long budget) {
    List<CardMemory> changed = new ArrayList<>(spread.cards());
    changed.set(card, changed.get(card).with(budget));
    return spread.with(changed).last().isPresent();
  }

  /// The least budget of a device with which all fits.
  private long least(int card) {
    var others = fits(spread, card, Long.MAX_VALUE) ? spread : alone(card);
    long low = 0;
    long high = Math.max(1, cards().get(card).budget());
    while (!fits(others, card, high)) {
      low = high;
      high = 2 * high;
    }
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (fits(others, card, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private String staying() {
    int blocks = spread.blocksAsked().orElse(0);
    boolean text = spread.asked().textEncoder().orElse(false);
    if (!text && blocks == 0) {
      return "";
    }
    String parts =
        Stream.of(text ? "its text encoder" : "", blocks > 0 ? blocks + " blocks" : "")
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" and "));
    return ", if " + parts + " must stay";
  }
}
