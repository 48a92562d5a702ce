package io.inkstream.engine.description;

import static java.util.stream.Collectors.joining;

import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.description.ModelSummary.Section;
import io.inkstream.engine.scheduler.FlowMatchConfig;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TensorEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A snapshot and its parts, fact by fact.
record PartFacts(QwenImageSnapshot snapshot) {
  Section whole() {
    var parts = List.of(snapshot.transformer(), snapshot.textEncoder(), snapshot.vae());
    return new Section(
        "snapshot",
        List.of(
            Fact.of("path", snapshot.path().toAbsolutePath().normalize().toString()),
            Fact.of("pipeline_class", snapshot.pipelineClass().toString()),
            Fact.of("tokenizer", snapshot.tokenizer().getFileName().toString()),
            Fact.count("parameters", parts.stream().mapToLong(Component::parameters).sum()),
            Fact.bytes("bytes_on_disk", parts.stream().mapToLong(Component::bytes).sum())));
  }

  Section transformer() {
    var config = snapshot.transformerConfig();
    List<Fact> facts = component("transformer", snapshot.transformer());
    facts.add(Fact.of("layers", config.numLayers()));
    facts.add(Fact.of("heads", config.numAttentionHeads()));
    facts.add(Fact.of("head_dim", config.attentionHeadDim()));
    facts.add(Fact.of("width", config.innerDim()));
    facts.add(Fact.of("joint_dim", config.jointAttentionDim()));
    facts.add(Fact.of("patch_size", config.patchSize()));
    facts.add(list("rope_axes", config.axesDimsRope()));
    return new Section("transformer", facts);
  }

  Section textEncoder() {
    var config = snapshot.textEncoderConfig();
    List<Fact> facts = component("text_encoder", snapshot.textEncoder());
    facts.add(Fact.of("layers", config.numHiddenLayers()));
    facts.add(Fact.of("hidden_size", config.hiddenSize()));
    facts.add(Fact.of("heads", config.numAttentionHeads()));
    facts.add(Fact.of("head_dim", config.headDim()));
    facts.add(Fact.of("kv_heads", config.numKeyValueHeads()));
    facts.add(Fact.of("vocabulary", config.vocabSize()));
    return new Section("text_encoder", facts);
  }

  Section vae() {
    var config = snapshot.vaeConfig();
    List<Fact> facts = component("vae", snapshot.vae());
    facts.add(Fact.of("base_channels", config.decoderBaseDim()));
    facts.add(Fact.of("latent_channels", config.zDim()));
    int scale = config.spatialScale();
    facts.add(new Fact("scale", scale, scale + " pixels to a latent, each way"));
    return new Section("vae", facts);
  }

  private List<Fact> component(String part, Component component) {
    snapshot.graphs(part);
    var tensors = component.tensors().values();
    long shards = tensors.stream().map(TensorEntry::file).distinct().count();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.of("class", component.config().className()));
    facts.add(Fact.count("parameters", component.parameters()));
    facts.add(Fact.bytes("bytes_on_disk", component.bytes()));
    facts.add(list("dtypes", List.copyOf(component.encodings())));
    facts.add(Fact.of("shards", shards));
    return facts;
  }

  Section scheduler() {
    FlowMatchConfig config = snapshot.scheduler().read();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.of("class", snapshot.scheduler().config().className()));
    if (!snapshot.sampleSigmas().isEmpty()) {
      facts.add(list("sample_sigmas", snapshot.sampleSigmas()));
      return new Section("scheduler", facts);
    }
    facts.add(Fact.of("dynamic_shift", config.useDynamicShifting()));
    if (config.useDynamicShifting()) {
      facts.add(Fact.of("time_shift_type", config.timeShiftType().name().toLowerCase(Locale.ROOT)));
      facts.add(list("shift_range", List.of(config.baseShift(), config.maxShift())));
      facts.add(
          list("image_tokens_range", List.of(config.baseImageSeqLen(), config.maxImageSeqLen())));
    } else {
      facts.add(Fact.of("shift", config.shift()));
    }
    config.shiftTerminal().ifPresent(terminal -> facts.add(Fact.of("shift_terminal", terminal)));
    return new Section("scheduler", facts);
  }

  private static Fact list(String key, List<?> values) {
    return new Fact(key, values, values.stream().map(Object::toString).collect(joining(", ")));
  }
}
