package io.inkstream.engine.model;

import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.runtime.BlockGraph;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.ModelRoom;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision.OnDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Subgraphs that are made on a device: all of them, or none.
final class DeviceSessions {
  private final DeviceRuntime runtime;
  private final DType element;
  private final boolean pinned;
  private final SessionSettings settings;
  private final SessionGraphs graphs;
  private final List<Subgraph> loaded = new ArrayList<>();

  /// @param pinned whether blocks that do not stay come from page-locked memory
  DeviceSessions(DeviceRuntime runtime, OnDevice precision, boolean pinned) {
    this.runtime = runtime;
    this.graphs = SessionGraphs.of(runtime);
    this.element = precision.element();
    this.pinned = pinned;
    this.settings = SessionSettings.of(precision);
  }

  DeviceRuntime runtime() {
    return runtime;
  }

  /// In which the networks compute.
  DType element() {
    return element;
  }

  /// How sessions usually are.
  SessionSettings settings() {
    return settings;
  }

  Subgraph load(OnnxModel model) {
    return load(model, settings);
  }

  Subgraph load(OnnxModel model, SessionSettings settings) {
    return load(model, settings, true);
  }

  /// @param stays whether it is there for good, or only while it runs
  Subgraph load(OnnxModel model, SessionSettings settings, boolean stays) {
    var graph = graphs.of(model);
    return kept(stays ? runtime.load(graph, settings) : runtime.loadPassing(graph, settings));
  }

  /// Blocks that come from their files whenever they run.
  List<Subgraph> passingBlocks(IntFunction<BoundBlock> bound, int count) {
    return kept(runtime.loadBlocks(asStored(bound, count), 0, false, settings));
  }

  /// Several graphs over the weights of the same blocks.
  List<List<Subgraph>> forms(List<IntFunction<BoundBlock>> bound, int count, int resident) {
    var blocks = bound.stream().map(form -> asStored(form, count)).toList();
    var made = runtime.loadForms(blocks, resident, pinned, settings);
    made.forEach(this::kept);
    return made;
  }

  /// Blocks whose weights leave the device where a picture needs their room.
  List<Subgraph> lodgers(IntFunction<BoundBlock> bound, int count, int resident, ModelRoom room) {
    return kept(runtime.loadLodgers(asStored(bound, count), resident, pinned, settings, room));
  }

  private BlockGraph asStored(IntFunction<BoundBlock> bound, int count) {
    return graphs.asStored(bound, count);
  }

  private Subgraph kept(Subgraph made) {
    loaded.add(made);
    return made;
  }

  private List<Subgraph> kept(List<Subgraph> made) {
    loaded.addAll(made);
    return made;
  }

  /// Closes what has been made, where not all can be.
  void abandon() {
    loaded.forEach(Subgraph::close);
  }
}
