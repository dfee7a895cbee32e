import java.util.*;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.types.*;

/** Prints every field of every message as the Java client has it: `key side version path TYPE`. For compare-definitions.mjs. */
public class Schemas {
  public static void main(String[] args) {
    for (ApiMessageType api : ApiMessageType.values()) {
      print(api.apiKey(), "request", api.requestSchemas());
      print(api.apiKey(), "response", api.responseSchemas());
    }
  }

  static void print(short key, String side, Schema[] schemas) {
    for (int version = 0; version < schemas.length; version++)
      if (schemas[version] != null) fields(key + " " + side + " " + version + " ", "", schemas[version]);
  }

  static void fields(String head, String path, Schema schema) {
    for (BoundField bound : schema.fields()) type(head, path, bound.def.name, bound.def.type);
  }

  static void type(String head, String path, String name, Type type) {
    if (type instanceof TaggedFields tagged) {
      for (Map.Entry<Integer, Field> entry : new TreeMap<>(tagged.fields()).entrySet())
        type(head, path, "#" + entry.getKey() + ":" + entry.getValue().name, entry.getValue().type);
      return;
    }
    if (type.arrayElementType().isPresent()) {
      boolean nullable = type.isNullable();
      System.out.println(head + path + name + " " + (nullable ? "NULLABLE_" : "") + (type instanceof CompactArrayOf ? "COMPACT_" : "") + "ARRAY");
      type(head, path, name + "[]", type.arrayElementType().get());
      return;
    }
    if (type instanceof Schema nested) {
      fields(head, path + name + ".", nested);
      return;
    }
    System.out.println(head + path + name + " " + type);
  }
}
