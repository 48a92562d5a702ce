package io.inkstream.server.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobTicket;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// A line in the log for what each client asks for, and one for how it ends: SGLang's
/// `--log-requests`.
public final class RequestLog implements Consumer<JobEvent> {
  private static final Logger LOG = Logger.getLogger(RequestLog.class);
  // SGLang's.
  private static final int BEGINNING = 2048;
  private static final List<String> TEXTS = List.of("prompt", "negative_prompt");

  private final int level;
  private final boolean json;

  /// @param level 0: the request's name; 1: how to draw; 2: the prompts' beginnings; 3: all
  /// @param json whether a line is an object
  public RequestLog(int level, boolean json) {
    this.level = level;
    this.json = json;
  }

  @Override
  public void accept(JobEvent event) {
    JobTicket job = event.stamp().job();
    if (!job.kind().isClients()) {
      return;
    }
    switch (event) {
      case Queued _ -> say("received", job, request(job));
      case End end -> say(EndStatus.of(end), job, ended(event));
      case Rejected _ -> say("rejected", job, object());
      case Started _, StageBegan _, StageEnded _, StepMade _ -> {}
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode request(JobTicket job) {
    if (level == 0) {
      return object();
    }
    ObjectNode order = job.order().toJson();
    TEXTS.stream().filter(order::has).forEach(name -> shorten(order, name));
    return order;
  }

  private void shorten(ObjectNode order, String name) {
    JsonNode value = order.get(name);
    if (level == 1) {
      order.remove(name);
    } else if (level == 2) {
      order.put(name, beginning(value.asText()));
    }
  }

  /// In whole characters: half of one is no text.
  private static String beginning(String text) {
    return text.codePointCount(0, text.length()) <= BEGINNING
        ? text
        : text.substring(0, text.offsetByCodePoints(0, BEGINNING)) + "…";
  }

  private static ObjectNode ended(JobEvent event) {
    return object().put("seconds", event.stamp().age().toMillis() / 1000.0);
  }

  private void say(String what, JobTicket job, ObjectNode details) {
    if (json) {
      ObjectNode line = object().put("event", "request." + what).put("id", job.id());
      LOG.info(line.setAll(details).toString());
    } else {
      LOG.infof("request %s %s %s", job.id(), what, details);
    }
  }
}
