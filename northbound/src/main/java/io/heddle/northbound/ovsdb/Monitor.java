package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;

/** A client's wish to be told of changes. */
record Monitor(JsonElement id, Version version, Database database, MonitorSpec spec) {
  /** By what they were asked for, and what they tell by. */
  enum Version {
    /** RFC 7047. */
    MONITOR("update"),
    /** With conditions and differences. */
    MONITOR_COND("update2"),
    /** Can also resume. */
    MONITOR_COND_SINCE("update3");

    private final String update;

    Version(String update) {
      this.update = update;
    }
  }

  Monitor changed(JsonElement newId, MonitorSpec newSpec) {
    return new Monitor(newId, version, database, newSpec);
  }

  boolean resumes() {
    return version == Version.MONITOR_COND_SINCE;
  }

  /** What stands before the changes in a message that tells them. */
  String head(long revision) {
    var since = resumes() ? "\"" + database.id(revision) + "\"," : "";
    return "{\"id\":null,\"method\":\""
        + version.update
        + "\",\"params\":["
        + Json.text(id)
        + ","
        + since;
  }

  /** What stands after them. */
  static String tail() {
    return "]}";
  }
}
