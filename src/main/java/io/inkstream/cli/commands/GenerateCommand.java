package io.inkstream.cli.commands;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.image.GenerationParameters;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.model.DrawingDefaults;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.QwenImagePipeline;
import io.inkstream.engine.pipeline.Saving;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.Device;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `inkstream generate`: pictures from prompts, without a server.
///
/// Pictures are drawn one after the other, each saved as soon as it is finished. Standard output
/// carries the files' names alone, one a line.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    versionProvider = InkstreamVersion.class,
    description = "Draws pictures from prompts.",
    sortOptions = false,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  inkstream generate --prompt \"a red apple\" --output apple.png",
      "  inkstream generate --prompt \"a panda\" \"a tiger\" -n 2 --output-path pictures",
      "  inkstream generate --prompt-path prompts.txt --seed 7 --output-format webp",
      "  inkstream generate --model-path Qwen/Qwen-Image --prompt \"a lighthouse\"",
      "",
      "A PNG or JPEG file carries the settings that made it. Ctrl-C stops within a step",
      "(exit code 130); finished pictures stay."
    })
final class GenerateCommand implements Callable<Integer>, SettingOptions.Bearer {
  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nWhat to draw:%n", order = 1)
  private PromptOptions prompts = new PromptOptions();

  @ArgGroup(validate = false, heading = "%nHow to draw it:%n", order = 2)
  private PictureOptions picture = new PictureOptions();

  @ArgGroup(validate = false, heading = "%nReuse between steps:%n", order = 3)
  private CacheOptions cache = new CacheOptions();

  @ArgGroup(validate = false, heading = "%nSteps that are not computed:%n", order = 4)
  private StepOptions stepping = new StepOptions();

  @ArgGroup(validate = false, heading = "%nWhere to save it:%n", order = 5)
  private OutputOptions output = new OutputOptions();

  private String modelName = "";

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE, Settings.SGLANG);
  }

  @Override
  public Integer call() throws IOException {
    var texts = prompts.all();
    var values = settings().values(spec);
    var engine = EngineSettings.from(values);
    var caching = cache.settings(values);
    var denoising = stepping.settings(values, caching);
    modelName = engine.model().name();
    var settings = engine.toLoad(denoising.table());
    var runtime = engine.runtime();
    var saving = stepping.saving(cache.said(), caching, denoising);
    var cacheParams = saving == Saving.CACHE ? cache.of(caching) : Optional.<CacheDitParams>empty();
    if (runtime.device().device() != Device.CPU) {
      check(cacheParams, caching, CacheDitParams::requireElementsUnseen);
    }
    var requests =
        picture.requests(prompts, texts, DrawingDefaults.of(settings.modelPath())).stream()
            .map(request -> withSampling(request, saving, cacheParams, caching, denoising))
            .toList();
    var encoder = output.encoder();
    var names = output.names(requests.size());
    names.prepare();

    if (!output.quiet()) {
      values.warnings().forEach(this::say);
      cache.warnings(caching).forEach(this::say);
    }

    var signal = new CancellationSignal();
    var progress = progress();
    try (var interrupts = Interrupts.cancelling(signal, () -> sayCancelled(progress))) {
      progress.begin("loading " + modelName);
      try (var pipeline = PipelineLoader.load(settings, OnnxRuntime.start(runtime))) {
        interrupts.workBegins();
        int blocks = pipeline.transformer().blocks();
        check(cacheParams, caching, params -> params.requireFits(blocks));
        pipeline.admit(requests.getFirst());
        draw(pipeline, requests, cacheParams, names, encoder, progress, signal);
        return 0;
      } catch (CancelledException e) {
        sayCancelled(progress);
        return interrupts.exitCode();
      }
    } catch (RuntimeException | IOException e) {
      progress.clear();
      throw e;
    }
  }

  private void sayCancelled(Progress progress) {
    progress.clear();
    say("cancelled");
  }

  private void say(String line) {
    spec.commandLine().getErr().println("inkstream: " + line);
  }

  private GenerationRequest withSampling(
      GenerationRequest request,
      Saving saving,
      Optional<CacheDitParams> params,
      CacheDitSettings caching,
      DenoisingSettings denoising) {
    try {
      return request.withSampling(
          stepping.sampling(saving, params, denoising, request.guidance().steps()));
    } catch (InvalidCacheConfigException e) {
      throw cache.refused(e, caching);
    }
  }

  private void check(
      Optional<CacheDitParams> params,
      CacheDitSettings caching,
      Consumer<CacheDitParams> requirement) {
    try {
      params.ifPresent(requirement);
    } catch (InvalidCacheConfigException e) {
      throw cache.refused(e, caching);
    }
  }

  private void draw(
      QwenImagePipeline pipeline,
      List<GenerationRequest> requests,
      Optional<CacheDitParams> params,
      PictureNames names,
      ImageEncoder encoder,
      Progress progress,
      CancellationSignal signal)
      throws IOException {
    for (int i = 0; i < requests.size(); i++) {
      var request = requests.get(i);
      progress.picture(i, requests.size());
      var clock = new StepClock(System::nanoTime);
      var did = new DrawingJournal();
      var image = pipeline.generate(request, progress.andThen(did), signal).getFirst();
      var settings = record(request, image);
      params.ifPresent(made -> putCache(settings, made, did.cache()));
      did.forecast().ifPresent(made -> putForecast(settings, request, made));
      byte[] bytes = encoder.encode(image.pixels(), GenerationParameters.texts(settings));
      Path file = names.of(i, image.prompt(), image.seed()).write(bytes);
      progress.done(summary(file, image, clock.seconds()));
      if (cache.report()) {
        spec.commandLine().getErr().println(CacheReport.of(did));
      } else {
        did.cache().ifPresent(made -> progress.done(made.toString()));
      }
      if (stepping.report()) {
        spec.commandLine().getErr().println(ForecastReport.of(did));
      } else {
        did.forecast().ifPresent(made -> progress.done(made.toString()));
      }
      spec.commandLine().getOut().println(file);
    }
  }

  private Map<String, Object> record(GenerationRequest request, GeneratedImage image)
      throws IOException {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("prompt", image.prompt());
    settings.put("negative_prompt", request.texts().negatives().getFirst());
    settings.put("num_inference_steps", request.guidance().steps());
    settings.put("sampler", request.sampling().sampler().title());
    settings.put("true_cfg_scale", request.guidance().trueCfgScale());
    settings.put("seed", image.seed());
    settings.put("width", image.pixels().width());
    settings.put("height", image.pixels().height());
    settings.put("model", modelName);
    settings.put("max_sequence_length", request.texts().maxSequenceLength());
    settings.put("version", "Inkstream " + InkstreamVersion.number());
    return settings;
  }

  private static void putCache(
      Map<String, Object> settings, CacheDitParams params, Optional<CacheSummary> summary) {
    settings.put("enable_cache_dit", true);
    settings.put("cache_dit_params", params.toMap());
    summary.ifPresent(did -> settings.put("cache", did.name()));
  }

  private static void putForecast(
      Map<String, Object> settings, GenerationRequest request, ForecastSummary did) {
    request.forecast().ifPresent(asked -> settings.put("forecast", asked.as(did.policy()).toMap()));
    settings.put("forecast_steps", did.line());
  }

  private static String summary(Path file, GeneratedImage image, double seconds)
      throws IOException {
    return String.format(
        Locale.ROOT,
        "saved %s: %dx%d, %.1f kB, seed %d, %s",
        file,
        image.pixels().width(),
        image.pixels().height(),
        Files.size(file) / 1e3,
        image.seed(),
        StepClock.duration(seconds));
  }

  private Progress progress() {
    if (output.quiet()) {
      return new NoProgress();
    }
    // The launcher looks at standard error itself; Java can only tell of all streams together.
    String told = System.getProperty("launcher.terminal", "");
    boolean terminal =
        told.isEmpty()
            ? Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
            : told.equals("true");
    return Progress.on(spec.commandLine().getErr(), terminal, System::nanoTime);
  }
}
