package io.inkstream.engine.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
  LayerSpread {
    cards = List.copyOf(cards);
    textCards = Math.min(textCards, needs.textLayers());
  }

  private static final Comparator<SpreadDraft> BEST =
      Comparator.comparingInt(SpreadDraft::residents)
          .thenComparing(SpreadDraft::fullest, Comparator.reverseOrder());

  /// The best there is.
  ///
  /// @throws io.inkstream.engine.device.DeviceException if what must lie there does not fit, or a
  ///   device would hold nothing
  DevicePlan plan() {
    var refusal = new SpreadRefusal(this);
    var found = find().orElseThrow(refusal::tooSmall);
    for (int card = 0; card < cards.size(); card++) {
      if (found.isIdle(card)) {
        throw refusal.idle(cards.get(card));
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
  Optional<SpreadDraft> last() {
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

  Optional<Integer> blocksAsked() {
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

  LayerSpread with(List<CardMemory> others) {
    return new LayerSpread(needs, asked, others, stages, textCards);
  }
}
