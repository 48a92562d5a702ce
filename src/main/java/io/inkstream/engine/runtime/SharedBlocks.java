package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceDriver;
import io.inkstream.engine.device.DeviceDriver.Mark;
import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Blocks that share a session: their weights are inputs, held in slots on the device. Several
/// sessions may run the same blocks, each its own form of them, by the same slots.
///
/// A resident block has a slot of its own. Where the device is smaller than the model, the others,
/// spread evenly among the resident ones, take turns in a few slots: while a block runs, a
/// [SlotLoader] brings the weights of those that come next. The resident ones may leave, too, and
/// come back when they run and there is room.
final class SharedBlocks implements DeviceLodger {
  /// Slots that blocks take turns in: one runs, two are on their way.
  static final int TURNS = 3;

  /// How many blocks the host gives to the device before the first of them has run: enough that the
  /// device never waits, and not more than a cancelled forward may go on.
  static final int AHEAD = 8;

  private final List<BlockForm> forms;
  private final DeviceDriver driver;
  private final Mark[] ahead = new Mark[AHEAD];
  private int runs;
  private final SlotLoader loader;
  private final @Nullable BlockSlot[] resident;
  private final List<BlockSlot> turns = new ArrayList<>();
  private final Lock order;
  private final BitSet open = new BitSet();
  private final BitSet residents;
  private final LongSupplier room;

  private SharedBlocks(
      List<NativeSession> sessions,
      DeviceQueue queue,
      List<Map<String, WeightSource>> weights,
      BitSet residents,
      boolean pinned,
      LongSupplier room) {
    var names = weights.getFirst().keySet();
    this.forms = sessions.stream().map(session -> BlockForm.of(session, names)).toList();
    this.residents = residents;
    this.room = room;
    this.order = queue.order();
    this.driver = queue.driver();
    Arrays.setAll(ahead, i -> driver.mark());
    this.loader = new SlotLoader(sessions, queue, weights);
    this.resident = new @Nullable BlockSlot[weights.size()];
    try {
      var others = LoadedBlocks.like(driver, weights);
      residents.stream().forEach(block -> resident[block] = resident(block, others));
      if (residents.cardinality() < weights.size()) {
        makeTurns();
        if (pinned) {
          loader.pin(others(residents, weights.size()));
        }
      }
      loader.finish();
    } catch (RuntimeException e) {
      free();
      throw e;
    }
    open.set(0, forms.size() * weights.size());
    SubgraphCounts.opened();
    LoadedBlocks.opened(this);
  }

  /// The sessions are freed when the last subgraph is closed.
  ///
  /// @param sessions that run the blocks, each a form of them
  /// @param residentBlocks how many keep their weights on the device
  /// @param pinned whether the others' lie in page-locked memory of the host
  /// @param room bytes of the device that may be taken when one comes back
  static SharedBlocks load(
      List<NativeSession> sessions,
      DeviceQueue queue,
      List<Map<String, WeightSource>> weights,
      int residentBlocks,
      boolean pinned,
      LongSupplier room) {
    return new SharedBlocks(
        sessions, queue, weights, Subgraph.residents(weights.size(), residentBlocks), pinned, room);
  }

  private BlockSlot resident(int block, Optional<SharedBlocks> others) {
    BlockSlot slot = loader.slot();
    if (others.map(from -> from.give(block, slot, loader)).orElse(false)) {
      slot.holdsNow(block);
    } else {
      loader.begin(slot, block);
    }
    return slot;
  }

  /// Whether these are blocks with such weights, on another device that this one copies from.
  boolean canGive(DeviceDriver other, List<Map<String, WeightSource>> weights) {
    return other.pullsFrom(driver) && loader.hasLayoutOf(weights);
  }

  /// Copies a block that stays here to another device's slot. Nothing leaves this device until that
  /// is done.
  ///
  /// @return whether it stays here
  private boolean give(int block, BlockSlot to, SlotLoader theirs) {
    order.lock();
    try {
      BlockSlot own = resident[block];
      if (own == null) {
        return false;
      }
      theirs.copy(own, to);
      return true;
    } finally {
      order.unlock();
    }
  }

  private static BitSet others(BitSet blocks, int count) {
    BitSet others = (BitSet) blocks.clone();
    others.flip(0, count);
    return others;
  }

  /// One for each block.
  List<Subgraph> subgraphs(int form) {
    List<Subgraph> subgraphs = new ArrayList<>();
    for (int block = 0; block < resident.length; block++) {
      subgraphs.add(new SharedBlock(this, form, block));
    }
    return subgraphs;
  }

  private void makeTurns() {
    for (int i = 0; i < TURNS; i++) {
      turns.add(loader.slot());
    }
  }

  @Override
  public long bytes() {
    order.lock();
    try {
      long staying = Stream.of(resident).filter(Objects::nonNull).count();
      long turning = turns.isEmpty() ? TURNS : 0;
      return Math.max(0, staying - turning) * loader.slotBytes();
    } finally {
      order.unlock();
    }
  }

  @Override
  public void leave() {
    order.lock();
    try {
      if (bytes() > 0) {
        for (int block = 0; block < resident.length; block++) {
          closeResident(block);
        }
        if (turns.isEmpty()) {
          makeTurns();
        }
      }
    } finally {
      order.unlock();
    }
  }

  private void closeResident(int block) {
    BlockSlot slot = resident[block];
    resident[block] = null;
    if (slot != null) {
      slot.close();
    }
  }

  private void comeBack(int block) {
    resident[block] = loader.returning(block);
    if (Stream.of(resident).allMatch(Objects::nonNull)) {
      turns.forEach(BlockSlot::close);
      turns.clear();
    }
  }

  /// Whether a block that has left, or was never to stay, has a place to stay from now on.
  private boolean comesBack(int block) {
    return residents.get(block)
        && resident[block] == null
        && room.getAsLong() >= loader.slotBytes();
  }

  void run(
      int form,
      int block,
      Map<String, Tensor> given,
      Map<String, Tensor> outputs,
      CancellationSignal signal) {
    forms.get(form).check(given.keySet(), outputs.keySet());
    order.lock();
    try {
      Mark oldest = ahead[runs % AHEAD];
      driver.awaitMark(oldest);
      signal.throwIfCancelled();
      if (comesBack(block)) {
        comeBack(block);
      }
      BlockSlot own = resident[block];
      BlockSlot slot = own == null ? turn(block) : own;
      slot.awaitWeights();
      slot.binding(form).run(given, outputs, signal);
      slot.markUsed();
      driver.markRuns(oldest);
      runs++;
      prefetch(block);
    } finally {
      order.unlock();
    }
  }

  private BlockSlot turn(int block) {
    for (BlockSlot slot : turns) {
      if (slot.holds(block)) {
        return slot;
      }
    }
    BlockSlot slot = turns.removeFirst();
    turns.addLast(slot);
    loader.load(slot, block);
    return slot;
  }

  /// Begins to load the blocks that come next and are not there. The slot that ran last is the last
  /// to be taken.
  private void prefetch(int block) {
    if (turns.isEmpty()) {
      return;
    }
    Set<Integer> wanted = new HashSet<>();
    for (int next = block + 1;
        next < block + resident.length && wanted.size() < TURNS - 1;
        next++) {
      int at = next % resident.length;
      if (resident[at] == null && !comesBack(at)) {
        wanted.add(at);
      }
    }
    for (int want : wanted) {
      if (turns.stream().noneMatch(slot -> slot.holds(want))) {
        BlockSlot free =
            turns.stream()
                .filter(slot -> !slot.holds(block) && wanted.stream().noneMatch(slot::holds))
                .findFirst()
                .orElseThrow();
        loader.load(free, want);
      }
    }
  }

  synchronized void close(int form, int block) {
    int subgraph = form * resident.length + block;
    if (open.get(subgraph)) {
      open.clear(subgraph);
      if (open.isEmpty()) {
        SubgraphCounts.closed();
        free();
      }
    }
  }

  private void free() {
    LoadedBlocks.closed(this);
    order.lock();
    try {
      for (int block = 0; block < resident.length; block++) {
        closeResident(block);
      }
    } finally {
      order.unlock();
    }
    turns.forEach(BlockSlot::close);
    loader.close(); // the slots have waited for what came from its memory
    forms.forEach(form -> form.session().close());
  }
}
