package io.inkstream.engine.model;

import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.pipeline.DeviceDuty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Lays a model's layers over devices, in their order: as many stay as fit, and each lies where the
/// least share is taken, so that no device is full while another has room.
///
/// Blocks that fit nowhere come from the host, all of them on one device, whose slots they take
/// turns in: so the fewest do.
///
/// @param asked what must stay, and what must not
/// @param cards a lane after the other, of each its stages
/// @param stages of a lane, each of which has all blocks
/// @param textCards devices that the text encoder is placed on at least
record LayerSpread(
    DeviceNeeds needs, Residency asked, List<CardMemory> cards, int stages, int textCards) {

  private static final Comparator<SpreadDraft> BEST =
      Comparator.comparingInt(SpreadDraft::residents)
          .thenComparing(SpreadDraft::fullest, Comparator.reverseOrder());

  /// The best there is.
  ///
  /// @throws DeviceException if what must lie there does not fit, or a device would hold nothing
  DevicePlan plan() {
    var found = find().orElseThrow(() -> new DeviceException(refusal()));
    for (int card = 0; card < cards.size(); card++) {
      if (found.isIdle(card)) {
        throw new DeviceException(idle(cards.get(card)));
      }
    }
    return found.plan();
  }

  /// The text encoder leaves before any block does, and is on as few devices as will do.
  private Optional<SpreadDraft> find() {
    for (boolean text : asked.textEncoder().map(List::of).orElse(List.of(true, false))) {
      for (int many = textCards; many <= mostTextCards(); many++) {
        var best = best(text, many).filter(draft -> draft.residents() == wanted());
        if (best.isPresent()) {
          return best;
        }
      }
    }
    return last();
  }

  /// With what must stay, and more of the blocks.
  private Optional<SpreadDraft> last() {
    boolean text = asked.textEncoder().orElse(false);
    return IntStream.rangeClosed(textCards, mostTextCards())
        .mapToObj(many -> best(text, many))
        .flatMap(Optional::stream)
        .max(BEST);
  }

  private int mostTextCards() {
    return stages == 1 || textCards > 1 ? textCards : Math.min(cards.size(), needs.textLayers());
  }

  /// Blocks that are to stay, of all lanes.
  private int wanted() {
    return blocksAsked().orElse(needs.blocks()) * cards.size() / stages;
  }

  private Optional<Integer> blocksAsked() {
    return asked.transformer().map(layers -> layers.of(needs.blocks()));
  }

  private Optional<SpreadDraft> best(boolean text, int many) {
    List<SpreadDraft> drafts = new ArrayList<>();
    for (int from = 0; from <= lastOwnCard(many); from++) {
      for (int vae = 0; vae <= lastOwnCard(1); vae++) {
        var draft = new SpreadDraft(needs, cards, stages, vae);
        draft.placeText(from, many, text);
        if (draft.placeBlocks(blocksAsked()) && draft.fullest() <= 1) {
          drafts.add(draft);
        }
      }
    }
    return drafts.stream().max(BEST);
  }

  /// Where so many may begin: text encoder and VAE are on the first device unless layers are
  /// spread.
  private int lastOwnCard(int many) {
    return stages == 1 ? 0 : cards.size() - many;
  }

  private String refusal() {
    int card = tooSmall();
    var memory = cards.get(card);
    String least = Amount.bytes(least(card));
    String has = Amount.bytes(memory.budget());
    return cards.size() == 1
        ? "device-memory is %s, must be %s or more for this model%s"
            .formatted(has, least, staying())
        : "%s has %s that may be used, must have %s or more for this model on %d devices%s"
            .formatted(memory.name(), has, least, cards.size(), staying());
  }

  /// One that is too small whatever the others have, or the largest.
  private int tooSmall() {
    return IntStream.range(0, cards.size())
        .filter(card -> !alone(card).fits(card, cards.get(card).budget()))
        .findFirst()
        .orElseGet(this::largest);
  }

  private int largest() {
    return IntStream.range(0, cards.size())
        .boxed()
        .max(Comparator.comparingLong(card -> cards.get(card).budget()))
        .orElseThrow();
  }

  /// The same with no limit to the others.
  private LayerSpread alone(int card) {
    return with(
        IntStream.range(0, cards.size())
            .mapToObj(i -> i == card ? cards.get(i) : cards.get(i).with(Long.MAX_VALUE))
            .toList());
  }

  private LayerSpread with(List<CardMemory> others) {
    return new LayerSpread(needs, asked, others, stages, textCards);
  }

  private boolean fits(int card, long budget) {
    List<CardMemory> changed = new ArrayList<>(cards);
    changed.set(card, cards.get(card).with(budget));
    return with(changed).last().isPresent();
  }

  /// The least budget of a device with which all fits.
  private long least(int card) {
    var others = fits(card, Long.MAX_VALUE) ? this : alone(card);
    long low = 0;
    long high = Math.max(1, cards.get(card).budget());
    while (!others.fits(card, high)) {
      low = high;
      high = 2 * high;
    }
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (others.fits(card, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private String idle(CardMemory card) {
    long least = needs.bytes(new DeviceDuty(1, false, false, false), 0, 1);
    return "%s has %s that may be used and would hold nothing: a block of this model takes %s there,"
            .formatted(card.name(), Amount.bytes(card.budget()), Amount.bytes(least))
        + " and it has %d blocks; use fewer devices".formatted(needs.blocks());
  }

  private String staying() {
    int blocks = blocksAsked().orElse(0);
    boolean text = asked.textEncoder().orElse(false);
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
