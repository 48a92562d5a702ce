package io.inkstream.cli.commands;

import io.inkstream.engine.description.GraphExport;
import io.inkstream.engine.description.GraphExport.Part;
import io.inkstream.engine.description.GraphExport.Weights;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.tensor.DType;
import io.inkstream.server.config.ModelChoice;
import io.inkstream.server.config.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `export`: the model's networks as ONNX files.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Write a model's networks as ONNX files, for other programs to run.",
    footer = {
      "",
      "The graphs are small; their weights are the model's own safetensors files, which readers"
          + " want to find beside them. They are copied there. With --no-copy-weights they are"
          + " hard-linked and take no space: ONNX Runtime runs such an export, onnx.checker"
          + " refuses files with a second name."
    })
final class ExportCommand implements Runnable, SettingOptions.Bearer {
  @Spec private CommandSpec spec;

  @Option(
      names = {"--output", "-o"},
      required = true,
      paramLabel = "DIR",
      description =
          "The folder to write to: new, empty, or an earlier export, whose files are replaced.")
  private Path output;

  @Option(
      names = "--copy-weights",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Copy the weights (the default), or link them.")
  private boolean copyWeights;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "fp32 or bf16: what transformer and text encoder compute in. The modulations and the VAE"
              + " are fp32 always, and ONNX Runtime's CPU kernels know no bf16."
              + " Default: ${DEFAULT-VALUE}.")
  private String dtype = "fp32";

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL);
  }

  @Override
  public void run() {
    var model = ModelChoice.from(settings().values(spec));
    var weights = copyWeights ? Weights.COPIED : Weights.LINKED;
    print(GraphExport.write(model.open(), output, weights, element()));
  }

  private DType element() {
    return switch (dtype) {
      case "fp32" -> DType.F32;
      case "bf16" -> DType.BF16;
      default ->
          throw new InvalidRequestException(
              "dtype", "dtype is \"" + dtype + "\", must be fp32 or bf16");
    };
  }

  private void print(List<Part> parts) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-12s  %6s  %9s  %s%n",
        "part",
        "graphs",
        "graphs KB",
        copyWeights ? "weights copied MB" : "weights linked MB");
    for (Part part : parts) {
      out.printf(
          Locale.ROOT,
          "%-12s  %6d  %9.1f  %17.1f%n",
          part.name(),
          part.graphs(),
          part.graphBytes() / 1e3,
          part.weightBytes() / 1e6);
    }
    out.println("written to " + output);
    if (!copyWeights) {
      out.println("note: ONNX Runtime runs linked weights; onnx.checker refuses them");
    }
    out.flush();
  }
}
