package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.bench.Scene;
import io.inkstream.server.config.EngineSettings;
import java.io.IOException;
import java.util.List;

/// What a bench says of its conditions, in `run.json`.
///
/// @param command that makes the same
record BenchFacts(String command, EngineSettings engine, List<Scene> scenes) {
  ObjectNode toJson() throws IOException {
    var facts =
        JsonNodeFactory.instance
            .objectNode()
            .put("command", command)
            .put("model", engine.model().name())
            .put("element", engine.precision().toString())
            .put("device", engine.runtime().deviceSettings().device().toString())
            .put("size", scenes.getFirst().size())
            .put("true_cfg_scale", scenes.getFirst().guidance())
            .put("negative_prompt", " ")
            .put("scenes", scenes.size())
            .put("threads", engine.runtime().threads());
    var versions = facts.putArray("versions");
    List.of(new InkstreamVersion().getVersion()).forEach(versions::add);
    return facts;
  }
}
