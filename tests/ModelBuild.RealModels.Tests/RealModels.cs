namespace ModelBuild.RealModels.Tests;

/// <summary>Every model that is built and run.</summary>
internal static class RealModels
{
    private const string Int8Metadata = """Quantize="int8" CalibrationData="{0}.calibration.npz" ValidationData="{0}.validation.npz" MaxAccuracyDrop="0.01" """;

    /// <summary>The table. Accuracies are those that the models' authors publish or that were measured, less the loss allowed for int8.</summary>
    public static IReadOnlyList<RealModel> All { get; } =
    [
        new("Mnist8", "mnist/mnist-8.onnx", 0, 255) { Pictures = Pictures.Mnist255, Accuracy = 0.989, Metadata = "Labels=\"digits.txt\"" },
        new("Burn", "mnist/burn/mnist.onnx", -0.42f, 2.82f) { Pictures = Pictures.MnistNormalized, Accuracy = 0.9916 },
        new("KerasMnist", "keras/mnist_cnn.h5") { Pictures = Pictures.Mnist1, Accuracy = 0.9905, Metadata = "Labels=\"digits.txt\"" },
        new("ResNet8", "mlperf-tiny/image_classification/pretrainedResnet.h5", 0, 255) { Pictures = Pictures.Cifar255, Accuracy = 0.91, Golden = "golden/pretrainedResnet_libtorch.json" },
        new("UltraFaceRfb", "onnx/ultraface/version-RFB-320.onnx", -1, 1) { Outputs = 2 },
        new("UltraFaceSlim", "onnx/ultraface/version-slim-320_without_postprocessing.onnx", -1, 1) { Outputs = 2 },
        new("YoloxNano", "onnx/yolox-nano/yolox_nano.onnx", 0, 255),
        new("FaceDetection", "onnx/mediapipe/face_detection_short_range.onnx", -1, 1) { Outputs = 2 },
        new("HandLandmark", "onnx/mediapipe/hand_landmark_lite.onnx") { Outputs = 4 },

        // Noise alone gives probabilities near 1e-6, where ONNX Runtime's sigmoid has only its absolute error of one binary32 rounding of 1.
        new("SelfieSegmentation", "onnx/mediapipe/selfie_segmentation_landscape.onnx", 0.3f, 0.7f) { Stripe = 32 * 256 * 3 },
        new("SuperResolution", "onnx/ort-extensions/pytorch_super_resolution.onnx"),
        new("SqueezeNet", "onnx/winml/SqueezeNet_fp16.onnx", -120, 150) { Element = "Half", Tolerance = Tolerances.Float16 },
        new("KwsFloat", "onnx/micro-kws/micro_kws_m_static_fp32.onnx", -1, 1),
        new("KwsQdq", "onnx/micro-kws/micro_kws_m_static_qdq.onnx", -1, 1) { Tolerance = Tolerances.Int8 },
        new("KwsQOperator", "onnx/micro-kws/micro_kws_m_static_qoperator.onnx", -1, 1) { Tolerance = Tolerances.Int8 },
        new("MnistExternal", "onnx/mnist-external/mnist.onnx"),

        new("Mnist8Int8", "mnist/mnist-8.onnx", 0, 255) { Tolerance = Tolerances.Int8, Pictures = Pictures.Mnist255, Accuracy = 0.979, Metadata = Int8(Pictures.Mnist255) },
        new("BurnInt8", "mnist/burn/mnist.onnx", -0.42f, 2.82f) { Tolerance = Tolerances.Int8, Pictures = Pictures.MnistNormalized, Accuracy = 0.9816, Metadata = Int8(Pictures.MnistNormalized) },
        new("KerasMnistInt8", "keras/mnist_cnn.h5") { Tolerance = Tolerances.Int8, Pictures = Pictures.Mnist1, Accuracy = 0.9805, Metadata = Int8(Pictures.Mnist1) },
        new("ResNet8Int8", "mlperf-tiny/image_classification/pretrainedResnet.h5", 0, 255) { Tolerance = Tolerances.Int8, Pictures = Pictures.Cifar255, Accuracy = 0.90, Metadata = Int8(Pictures.Cifar255) },
    ];

    /// <summary>The model of this name.</summary>
    public static RealModel Find(string name) => All.Single(m => m.Name == name);

    private static string Int8(Pictures pictures) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Int8Metadata, pictures);
}
