package io.inkstream.engine.transformer;

import io.inkstream.engine.device.DeviceDriver.Mark;
import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.device.Pane;
import io.inkstream.engine.device.PanePull;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Blocks of a lane that has some of the rows: DeepSpeed's Ulysses. Each block meets the other
/// lanes twice. They all have made their rows' queries, keys and values; each pulls the columns of
/// its heads from all, and attends over all rows; then each pulls its rows of all heads. All rows
/// are one lane's after the other's, of each lane its text's first: attention does not ask for the
/// order of keys, and so what a lane has is one piece.
///
/// What another lane pulls from is not written again, or given back, before this lane's card waits
/// for a mark behind those pulls, which comes with what that lane shows next. Where a run fails, it
/// is kept until all lanes have settled.
final class SlicedBlocks implements BlockRuns {
  private final Blocks.Cut parts;
  private final DeviceMemory memory;
  private final Slice slice;
  private final Meeting meeting;
  private final int width;
  private final Mark made;
  private final Mark seen;
  private final List<Tensor> rooms = new ArrayList<>();
  // By how many rows all lanes have: others read one until the next block.
  private final Map<Integer, Tensor> attended = new HashMap<>();

  /// What a lane shows the others.
  ///
  /// @param mark behind what makes it
  /// @param rows its own
  private record Shown(DeviceMemory memory, Mark mark, int rows, List<Tensor> tensors) {}

  /// @param width D, which the lanes share evenly by heads
  SlicedBlocks(Blocks.Cut parts, DeviceMemory memory, Slice slice, Meeting meeting, int width) {
    this.parts = parts;
    this.memory = memory;
    this.slice = slice;
    this.meeting = meeting;
    this.width = width;
    this.made = memory.mark();
    this.seen = memory.mark();
  }

  @Override
  public void run(
      int block,
      Map<String, Tensor> inputs,
      Map<String, Tensor> outputs,
      CancellationSignal signal) {
    int own = rows(inputs, "e") + rows(inputs, "h");
    var asked = List.of(room(own, width), room(own, width), room(own, width));
    if (own > 0) {
      parts.before().blocks().get(block).run(taken(inputs, parts.before()), heads(asked), signal);
    }
    Tensor all = attended(inputs, shown(made, own, asked), signal);

    Tensor rows = room(own, width);
    List<Shown> others = shown(seen, own, List.of(all));
    pull(others, pulledRows(others, rows));
    asked.forEach(this::giveBack);
    if (own > 0) {
      Map<String, Tensor> behind = new HashMap<>(inputs);
      behind.put("attended", rows);
      parts.behind().blocks().get(block).run(taken(behind, parts.behind()), outputs, signal);
    }
    giveBack(rows);
  }

  private static int rows(Map<String, Tensor> inputs, String name) {
    Tensor found = inputs.get(name);
    return found == null ? 0 : Math.toIntExact(found.shape().dim(0));
  }

  private static Map<String, Tensor> taken(Map<String, Tensor> all, Blocks.Part part) {
    Map<String, Tensor> own = new HashMap<>(all);
    own.keySet().retainAll(part.inputs());
    return own;
  }

  private static Map<String, Tensor> heads(List<Tensor> heads) {
    return Map.of("query", heads.get(0), "key", heads.get(1), "value", heads.get(2));
  }

  private Tensor room(int rows, int columns) {
    Tensor room = memory.undefined(rows, columns);
    rooms.add(room);
    return room;
  }

  private void giveBack(Tensor room) {
    rooms.remove(room);
    room.close();
  }

  /// Numbers of a row that are of the lane's heads: w.
  private int columns() {
    return width / slice.count();
  }

  /// Meets the others with what the card has been given to make.
  private List<Shown> shown(Mark mark, int rows, List<Tensor> tensors) {
    memory.put(mark);
    return meeting.meet(slice.index(), new Shown(memory, mark, rows, tensors));
  }

  /// What all rows see by the lane's heads, `[rows, w]`.
  private Tensor attended(
      Map<String, Tensor> inputs, List<Shown> lanes, CancellationSignal signal) {
    int before = rows(inputs, "key");
    int rows = lanes.stream().mapToInt(Shown::rows).sum();
    var all =
        List.of(
            room(rows, columns()), room(before + rows, columns()), room(before + rows, columns()));
    List<PanePull> pulls = new ArrayList<>(pulledHeads(lanes, all, before));
    if (before > 0) {
      pulls.add(prefix(all.get(1), Objects.requireNonNull(inputs.get("key")), before));
      pulls.add(prefix(all.get(2), Objects.requireNonNull(inputs.get("value")), before));
    }
    pull(lanes, pulls);
    Tensor seen = attended.computeIfAbsent(rows, count -> room(count, columns()));
    parts.attention().run(heads(all), Map.of("attended", seen), signal);
    all.forEach(this::giveBack);
    return seen;
  }

  /// All at once, when all lanes' cards have made what they have shown.
  private void pull(List<Shown> lanes, List<PanePull> pulls) {
    lanes.forEach(lane -> memory.await(lane.mark()));
    memory.pull(pulls);
  }

  /// Of what precedes all rows and is on each card.
  private PanePull prefix(Tensor to, Tensor from, int before) {
    return new PanePull(
        new Pane(to, 0, before, 0, columns()),
        memory,
        new Pane(from, 0, before, slice.index() * columns(), columns()));
  }

  /// @param to queries; keys and values, behind those of so many rows before
  private List<PanePull> pulledHeads(List<Shown> lanes, List<Tensor> to, int before) {
    List<PanePull> pulls = new ArrayList<>();
    int at = 0;
    for (Shown lane : lanes) {
      for (int i = 0; i < to.size(); i++) {
        pulls.add(
            new PanePull(
                new Pane(to.get(i), at + (i == 0 ? 0 : before), lane.rows(), 0, columns()),
                lane.memory(),
                new Pane(
                    lane.tensors().get(i), 0, lane.rows(), slice.index() * columns(), columns())));
      }
      at += lane.rows();
    }
    return pulls;
  }

  /// @param to the lane's rows, of all heads
  private List<PanePull> pulledRows(List<Shown> lanes, Tensor to) {
    int from = lanes.subList(0, slice.index()).stream().mapToInt(Shown::rows).sum();
    int rows = lanes.get(slice.index()).rows();
    List<PanePull> pulls = new ArrayList<>();
    for (Shown lane : lanes) {
      pulls.add(
          new PanePull(
              new Pane(to, 0, rows, pulls.size() * columns(), columns()),
              lane.memory(),
              new Pane(lane.tensors().getFirst(), from, rows, 0, columns())));
    }
    return pulls;
  }

  @Override
  public void settle() {
    memory.synchronize();
  }

  @Override
  public void close() {
    rooms.forEach(Tensor::close);
    memory.free(made);
    memory.free(seen);
  }
}
