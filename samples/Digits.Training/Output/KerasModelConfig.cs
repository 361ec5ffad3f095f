using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Digits.Training.Output;

/// <summary>The <c>model_config</c> of <see cref="DigitsNetwork"/> as Keras 2.15 writes it into an <c>.h5</c> file.</summary>
internal static class KerasModelConfig
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The layers in order, as they are listed in <c>layer_names</c>.</summary>
    public static string[] LayerNames { get; } =
        ["conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1", "conv2d_2", "flatten", "dense", "dense_1"];

    /// <summary>The configuration as JSON.</summary>
    public static string ToJson()
    {
        var layers = new JsonArray(
            Layer("InputLayer", new JsonObject
            {
                ["batch_input_shape"] = new JsonArray(null, 28, 28, 1),
                ["dtype"] = "float32",
                ["sparse"] = false,
                ["ragged"] = false,
                ["name"] = "input_1",
            }),
            Conv2D("conv2d", 32),
            MaxPooling2D("max_pooling2d"),
            Conv2D("conv2d_1", 64),
            MaxPooling2D("max_pooling2d_1"),
            Conv2D("conv2d_2", 64),
            Layer("Flatten", new JsonObject
            {
                ["name"] = "flatten",
                ["trainable"] = true,
                ["dtype"] = "float32",
                ["data_format"] = "channels_last",
            }),
            Dense("dense", 64, "relu"),
            Dense("dense_1", DigitsNetwork.ClassCount, "softmax"));
        JsonObject model = Layer("Sequential", new JsonObject { ["name"] = "sequential", ["layers"] = layers });
        return model.ToJsonString(s_options);
    }

    private static JsonObject Conv2D(string name, int filters)
    {
        JsonObject config = new()
        {
            ["name"] = name,
            ["trainable"] = true,
            ["dtype"] = "float32",
            ["filters"] = filters,
            ["kernel_size"] = new JsonArray(3, 3),
            ["strides"] = new JsonArray(1, 1),
            ["padding"] = "valid",
            ["data_format"] = "channels_last",
            ["dilation_rate"] = new JsonArray(1, 1),
            ["groups"] = 1,
        };
        AddWeightSettings(config, "relu");
        return Layer("Conv2D", config);
    }

    private static JsonObject Dense(string name, int units, string activation)
    {
        JsonObject config = new()
        {
            ["name"] = name,
            ["trainable"] = true,
            ["dtype"] = "float32",
            ["units"] = units,
        };
        AddWeightSettings(config, activation);
        return Layer("Dense", config);
    }

    private static JsonObject MaxPooling2D(string name) => Layer("MaxPooling2D", new JsonObject
    {
        ["name"] = name,
        ["trainable"] = true,
        ["dtype"] = "float32",
        ["pool_size"] = new JsonArray(2, 2),
        ["padding"] = "valid",
        ["strides"] = new JsonArray(2, 2),
        ["data_format"] = "channels_last",
    });

    private static void AddWeightSettings(JsonObject config, string activation)
    {
        config["activation"] = activation;
        config["use_bias"] = true;
        config["kernel_initializer"] = Initializer("GlorotUniform", new JsonObject { ["seed"] = null });
        config["bias_initializer"] = Initializer("Zeros", []);
        config["kernel_regularizer"] = null;
        config["bias_regularizer"] = null;
        config["activity_regularizer"] = null;
        config["kernel_constraint"] = null;
        config["bias_constraint"] = null;
    }

    private static JsonObject Initializer(string className, JsonObject config) => new()
    {
        ["module"] = "keras.initializers",
        ["class_name"] = className,
        ["config"] = config,
        ["registered_name"] = null,
    };

    private static JsonObject Layer(string className, JsonObject config) => new() { ["class_name"] = className, ["config"] = config };
}
