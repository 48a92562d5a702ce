package io.inkstream.engine.device;

import java.util.List;
import java.util.stream.IntStream;

/// How the cards of a host share the work (docs/design/several-cards.md). Every combination of the
/// four is a card.
///
/// @param replicas models that draw pictures of their own
/// @param branches that the two branches of guidance are shared out to: 1 or 2
/// @param slices that the rows of a branch are shared out to
/// @param stages that the layers are shared out to
public record Parallelism(int replicas, int branches, int slices, int stages) {
  /// One card does it all.
  public static final Parallelism NONE = new Parallelism(1, 1, 1, 1);

  public Parallelism {
    if (Math.min(Math.min(replicas, branches), Math.min(slices, stages)) < 1 || branches > 2) {
      throw new IllegalArgumentException(
          "%d replicas, %d branches, %d slices, %d stages: must be 1 or more, 2 branches at most"
              .formatted(replicas, branches, slices, stages));
    }
  }

  /// Cards of all replicas.
  public int cards() {
    return replicas * cardsOfReplica();
  }

  /// Cards that draw a picture together.
  public int cardsOfReplica() {
    return branches * slices * stages;
  }

  /// The cards of one replica: a lane after the other, the slices of the first branch first, and of
  /// each lane its stages.
  ///
  /// @param first of all cards; the others follow it
  public List<Device> devices(Device first, int replica) {
    int cards = cardsOfReplica();
    return IntStream.range(replica * cards, (replica + 1) * cards)
        .mapToObj(card -> new Device(first.kind(), first.ordinal() + card))
        .toList();
  }

  /// All of them.
  public List<Device> devices(Device first) {
    return IntStream.range(0, replicas)
        .mapToObj(replica -> devices(first, replica))
        .flatMap(List::stream)
        .toList();
  }
}
