package io.inkstream.engine.model;

import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.runtime.DeviceRuntime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// Layers on devices, while they are being placed.
final class SpreadDraft {
  private final DeviceNeeds needs;
  private final List<CardMemory> cards;
  private final int stages;
  private final int vae;
  private final int[] blocks;
  private final int[] resident;
  private final int[] text;
  private boolean textStays = true;

  /// @param stages devices of a lane
  /// @param vae the device that it runs on
  SpreadDraft(DeviceNeeds needs, List<CardMemory> cards, int stages, int vae) {
    this.needs = needs;
    this.cards = cards;
    this.stages = stages;
    this.vae = vae;
    this.blocks = new int[cards.size()];
    this.resident = new int[cards.size()];
    this.text = new int[cards.size()];
  }

  /// Places the text encoder's layers on some devices that follow each other, a part on each.
  ///
  /// @param stays whether their weights do
  void placeText(int from, int many, boolean stays) {
    textStays = stays;
    Arrays.fill(text, from, from + many, 1);
    for (int layer = many; layer < needs.textLayers(); layer++) {
      text[stays ? emptiest(from, many, this::filledAfterText) : from + layer % many]++;
    }
  }

  private double filledAfterText(int card) {
    text[card]++;
    double filled = filled(card);
    text[card]--;
    return filled;
  }

  /// Places each lane's blocks.
  ///
  /// @param asked how many must stay; empty: as many as fit
  /// @return whether there is a way
  boolean placeBlocks(Optional<Integer> asked) {
    return IntStream.iterate(0, from -> from < cards.size(), from -> from + stages)
        .allMatch(from -> placeLane(from, asked));
  }

  private boolean placeLane(int from, Optional<Integer> asked) {
    int wanted = asked.orElse(needs.blocks());
    if (wanted == needs.blocks()) {
      placeAll(from);
      if (asked.isPresent() || IntStream.range(from, from + stages).allMatch(c -> filled(c) <= 1)) {
        return true;
      }
    }
    int staying = placeSome(from, Math.min(wanted, needs.blocks() - 1));
    return asked.isEmpty() || staying == wanted;
  }

  private void placeAll(int from) {
    for (int block = 0; block < needs.blocks(); block++) {
      int card = emptiest(from, stages, this::filledAfterBlock);
      blocks[card]++;
      resident[card]++;
    }
  }

  private double filledAfterBlock(int card) {
    blocks[card]++;
    resident[card]++;
    double filled = filled(card);
    blocks[card]--;
    resident[card]--;
    return filled;
  }

  /// Blocks that stay; the others take turns on one device.
  ///
  /// @return how many stay
  private int placeSome(int from, int wanted) {
    Arrays.fill(blocks, from, from + stages, 0);
    Arrays.fill(resident, from, from + stages, 0);
    int turning = emptiest(from, stages, this::filledAfterTurns);
    blocks[turning] = needs.blocks();
    for (int staying = 0; staying < wanted; staying++) {
      int card = emptiest(from, stages, next -> filledAfterStaying(next, turning));
      if (filledAfterStaying(card, turning) > 1) {
        return staying;
      }
      stay(card, turning, 1);
    }
    return wanted;
  }

  private double filledAfterTurns(int card) {
    blocks[card]++;
    double filled = filled(card);
    blocks[card]--;
    return filled;
  }

  private double filledAfterStaying(int card, int turning) {
    stay(card, turning, 1);
    double filled = filled(card);
    stay(card, turning, -1);
    return filled;
  }

  private void stay(int card, int turning, int more) {
    resident[card] += more;
    if (card != turning) {
      blocks[card] += more;
      blocks[turning] -= more;
    }
  }

  /// The one that is filled the least, the first of several.
  private static int emptiest(int from, int many, IntToDoubleFunction filled) {
    return IntStream.range(from, from + many)
        .boxed()
        .min(Comparator.comparingDouble(filled::applyAsDouble))
        .orElseThrow();
  }

  /// Blocks that stay, of all lanes.
  int residents() {
    return Arrays.stream(resident).sum();
  }

  /// The share of the fullest that is taken: more than 1 where it does not fit.
  double fullest() {
    return IntStream.range(0, cards.size()).mapToDouble(this::filled).max().orElseThrow();
  }

  /// Whether nothing lies there.
  boolean isIdle(int card) {
    return blocks[card] == 0 && text[card] == 0 && card != vae;
  }

  private double filled(int card) {
    return isIdle(card) ? 0 : bytes(card) / (double) cards.get(card).budget();
  }

  private long bytes(int card) {
    return isIdle(card) ? 0 : needs.bytes(duty(card), textSlots(card), blockSlots(card));
  }

  private int textSlots(int card) {
    return textStays || text[card] == 0 ? text[card] : DeviceRuntime.turns();
  }

  private int blockSlots(int card) {
    boolean turn = resident[card] < blocks[card];
    return resident[card] + (turn ? DeviceRuntime.turns() : 0);
  }

  private DeviceDuty duty(int card) {
    int lane = card / stages * stages;
    boolean first = IntStream.range(lane, card).allMatch(before -> blocks[before] == 0);
    return new DeviceDuty(blocks[card], text[card] > 0, first && blocks[card] > 0, card == vae);
  }

  DevicePlan plan() {
    return new DevicePlan(IntStream.range(0, cards.size()).mapToObj(this::plan).toList());
  }

  private CardPlan plan(int card) {
    var duty = duty(card);
    long bytes = bytes(card);
    return new CardPlan(
        duty,
        resident[card],
        text[card],
        textStays || text[card] == 0,
        bytes,
        cards.get(card).budget() - bytes + needs.working(duty));
  }
}
