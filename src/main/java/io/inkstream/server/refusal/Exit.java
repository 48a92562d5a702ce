package io.inkstream.server.refusal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// How a command ends that a failure has stopped.
public enum Exit {
  /// A line says what a person can mend.
  FAILED(1, "It failed."),
  /// A line says which option has which value, and what is allowed.
  USAGE(2, "An option or its value is wrong."),
  /// A line says which variable or which setting of a file has which value, and what is allowed.
  CONFIGURATION(3, "A variable or a setting in a file is wrong."),
  /// A line says what is wrong with which of its files.
  MODEL(4, "The model is not there, or damaged."),
  /// A line says what is missing.
  DEVICE(5, "The device is not there, too small, or lacks its libraries."),
  /// A line says what was asked for, and how often; another time it may go well.
  HUB(6, "The Hugging Face Hub cannot be reached, or not now."),
  /// Somebody interrupted it.
  CANCELLED(130, "It was interrupted."),
  /// Our own mistake: a trace is printed.
  MISTAKE(1, "It failed.");

  private final int code;
  private final String meaning;

  Exit(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /// For the shell.
  public int code() {
    return code;
  }

  /// What each code means, in a sentence.
  public static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "All went well.");
    Arrays.stream(values()).forEach(exit -> meanings.put(String.valueOf(exit.code), exit.meaning));
    return meanings;
  }
}
