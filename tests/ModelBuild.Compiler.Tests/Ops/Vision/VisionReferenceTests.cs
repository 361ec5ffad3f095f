using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Ops.Contrib;

namespace ModelBuild.Compiler.Tests.Ops.Vision;

/// <summary>Operators of images, volumes, signals and losses against ONNX Runtime.</summary>
public sealed class VisionReferenceTests
{
    [Theory]
    [InlineData("linear", "zeros", 0)]
    [InlineData("linear", "border", 1)]
    [InlineData("linear", "reflection", 0)]
    [InlineData("nearest", "reflection", 1)]
    [InlineData("nearest", "zeros", 0)]
    [InlineData("cubic", "zeros", 1)]
    [InlineData("cubic", "border", 0)]
    [InlineData("cubic", "reflection", 1)]
    public void GridSample(string mode, string padding, int alignCorners)
    {
        AttributeMap attributes = new() { { "mode", mode }, { "padding_mode", padding }, { "align_corners", alignCorners } };
        ContribCheck.Run("GridSample", attributes, [ContribCheck.Random(1, 2, 3, 6, 5), Scaled(ContribCheck.Random(2, 2, 4, 7, 2), 1.7f)], [0, 1], domain: "");
        if (mode != "cubic")
        {
            ContribCheck.Run("GridSample", attributes, [ContribCheck.Random(1, 2, 3, 4, 6, 5), Scaled(ContribCheck.Random(2, 2, 2, 4, 3, 3), 1.7f)], [0, 1], domain: "");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AffineGrid(int alignCorners)
    {
        AttributeMap attributes = new() { { "align_corners", alignCorners } };
        ContribCheck.Run("AffineGrid", attributes, [ContribCheck.Random(1, 2, 2, 3), Tensor.Vector<long>(2, 3, 4, 5)], [0], domain: "");
        ContribCheck.Run("AffineGrid", attributes, [ContribCheck.Random(1, 2, 3, 4), Tensor.Vector<long>(2, 3, 4, 5, 6)], [0], domain: "");
    }

    [Theory]
    [InlineData("avg", "half_pixel", 2)]
    [InlineData("avg", "output_half_pixel", 0)]
    [InlineData("max", "half_pixel", 3)]
    public void RoiAlign(string mode, string coordinates, int samples)
    {
        AttributeMap attributes = new()
        {
            { "mode", mode }, { "coordinate_transformation_mode", coordinates }, { "sampling_ratio", samples }, { "output_height", 3 }, { "output_width", 4 }, { "spatial_scale", 0.5f },
        };
        Tensor rois = Tensor.Create<float>([0, 0, 11, 13, 2.5f, 3, 6, 5.5f, 1, 4, 20, 30], 3, 4);
        ContribCheck.Run("RoiAlign", attributes, [ContribCheck.Random(1, 2, 3, 8, 7), rois, Tensor.Vector<long>(1, 0, 1)], [0, 1, 2], domain: "");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    public void ConvolutionsOfVolumes(int group, int pad)
    {
        AttributeMap attributes = new() { { "group", group }, { "pads", [pad, 0, pad, pad, 1, 0] }, { "strides", [1, 2, 1] }, { "dilations", [2, 1, 1] } };
        ContribCheck.Run("Conv", attributes, [ContribCheck.Random(1, 2, 6, 7, 6, 5), ContribCheck.Random(2, 9, 6 / group, 3, 2, 3), ContribCheck.Random(3, 9)], [0], domain: "");
        ContribCheck.Run("ConvTranspose", attributes, [ContribCheck.Random(1, 2, 6, 3, 4, 5), ContribCheck.Random(2, 6, 2, 3, 2, 3)], [0], domain: "");
    }

    [Theory]
    [InlineData("MaxPool", 0)]
    [InlineData("AveragePool", 0)]
    [InlineData("AveragePool", 1)]
    [InlineData("LpPool", 0)]
    public void PoolsOfVolumes(string op, int includePad)
    {
        AttributeMap attributes = new() { { "kernel_shape", [3, 2, 2] }, { "strides", [2, 1, 2] }, { "pads", [1, 0, 1, 1, 1, 0] } };
        if (op == "AveragePool")
        {
            attributes["count_include_pad"] = new IntAttribute(includePad);
        }

        ContribCheck.Run(op, attributes, [ContribCheck.Random(1, 2, 3, 6, 5, 7)], [0], domain: "");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void PositionsOfMaxima(int order)
    {
        AttributeMap attributes = new() { { "kernel_shape", [3, 2] }, { "strides", [2, 2] }, { "pads", [1, 0, 1, 1] }, { "storage_order", order } };
        ContribCheck.Run("MaxPool", attributes, [ContribCheck.Random(1, 2, 3, 7, 6)], [0], outputs: 2, domain: "");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DeformConv(int groups)
    {
        AttributeMap attributes = new() { { "group", groups }, { "offset_group", groups }, { "pads", [1, 1, 1, 1] }, { "strides", [2, 1] } };
        Tensor?[] inputs =
        [
            ContribCheck.Random(1, 2, 4, 6, 5), ContribCheck.Random(2, 6, 4 / groups, 3, 3), Scaled(ContribCheck.Random(3, 2, groups * 18, 3, 5), 2), ContribCheck.Random(4, 6), ContribCheck.Random(5, 2, groups * 9, 3, 5),
        ];
        ContribCheck.Run("DeformConv", attributes, inputs, [0, 2, 4], domain: "");
    }

    [Fact]
    public void BlocksAndCentres()
    {
        AttributeMap attributes = new() { { "pads", [1, 0, 1, 0] }, { "strides", [2, 1] } };
        ContribCheck.Run("Col2Im", attributes, [ContribCheck.Random(1, 2, 12, 9), Tensor.Vector<long>(4, 4), Tensor.Vector<long>(2, 2)], [0], domain: "");
        ContribCheck.Run("CenterCropPad", [], [ContribCheck.Random(1, 5, 4, 7), Tensor.Vector<long>(2, 7, 7)], [0], domain: "");
    }

    [Fact]
    public void DeterminantsAndSelections()
    {
        ContribCheck.Run("Det", [], [ContribCheck.Random(1, 3, 5, 5)], [0], domain: "");
        ContribCheck.Run("Compress", new AttributeMap { { "axis", 1 } }, [ContribCheck.Random(1, 3, 4), Tensor.Vector(false, true, true)], [0], domain: "");
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("cubic")]
    public void Antialias(string mode)
    {
        // ONNX Runtime always leaves out what lies outside of the operand; the standard does so with exclude_outside only.
        AttributeMap attributes = new() { { "mode", mode }, { "antialias", 1 }, { "exclude_outside", 1 } };
        ContribCheck.Run("Resize", attributes, [ContribCheck.Random(1, 1, 2, 12, 9), null, null, Tensor.Vector<long>(1, 2, 5, 4)], [0], domain: "");
    }

    [Theory]
    [InlineData(12, 0, 0)]
    [InlineData(15, 0, 1)]
    [InlineData(31, 1, 0)]
    [InlineData(16, 1, 0)]
    public void FourierTransforms(int length, int oneSided, int inverse)
    {
        AttributeMap attributes = new() { { "onesided", oneSided }, { "inverse", inverse } };
        ContribCheck.Run("DFT", attributes, [ContribCheck.Random(1, 2, length, 3, oneSided == 1 ? 1 : 2), null, Tensor.Scalar(1L)], [0], domain: "");
        ContribCheck.Run("STFT", new AttributeMap { { "onesided", oneSided } }, [ContribCheck.Random(1, 2, 50, 1), Tensor.Scalar(7L), ContribCheck.Random(2, length), Tensor.Scalar((long)length)], [0], domain: "");
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("sum")]
    [InlineData("none")]
    public void Losses(string reduction)
    {
        AttributeMap attributes = new() { { "reduction", reduction }, { "ignore_index", 1 } };
        Tensor labels = Tensor.Create<long>([0, 1, 2, 3, 3, 0], 2, 3);
        ContribCheck.Run("SoftmaxCrossEntropyLoss", attributes, [ContribCheck.Random(1, 2, 4, 3), labels, Tensor.Vector(0.5f, 1, 2, 0.25f)], [0, 1], outputs: 2, domain: "");
        ContribCheck.Run("NegativeLogLikelihoodLoss", attributes, [ContribCheck.Random(1, 2, 4, 3), labels], [0, 1], domain: "");
    }

    [Fact]
    public void Grams()
    {
        AttributeMap attributes = new()
        {
            { "mode", "TF" }, { "pool_int64s", [2, 3, 5, 4, 5, 6, 7, 8, 6, 7] }, { "ngram_counts", [0, 4] }, { "ngram_indexes", [0, 1, 2, 3, 4, 5, 6] }, { "min_gram_length", 1 }, { "max_gram_length", 2 }, { "max_skip_count", 3 },
        };
        ContribCheck.Run("TfIdfVectorizer", attributes, [Tensor.Create<long>([1, 1, 3, 3, 3, 7, 8, 6, 7, 5, 6, 8], 2, 6)], [0], domain: "");
    }

    [Fact]
    public void WhatIsComputedAtBuildTime()
    {
        Agree("NonMaxSuppression", [], [Boxes(), ContribCheck.Random(2, 2, 3, 20), Tensor.Vector<long>(6), Tensor.Vector(0.3f), Tensor.Vector(-0.5f)], 1);
        Agree("NonMaxSuppression", new AttributeMap { { "center_point_box", 1 } }, [Boxes(), ContribCheck.Random(2, 2, 3, 20), Tensor.Vector<long>(6), Tensor.Vector(0.3f)], 1);
        Agree("Unique", new AttributeMap { { "sorted", 0 } }, [Tensor.Vector<float>(3, 1, 3, 2, 1, 1)], 4);
        Agree("Unique", new AttributeMap { { "axis", 1 } }, [Tensor.Create<float>([3, 1, 3, 5, 4, 5], 2, 3)], 4);
        foreach (string window in new[] { "HannWindow", "HammingWindow", "BlackmanWindow" })
        {
            Agree(window, new AttributeMap { { "periodic", 0 } }, [Tensor.Scalar(9L)], 1);
            Agree(window, [], [Tensor.Scalar(10L)], 1);
        }

        Agree("MelWeightMatrix", [], [Tensor.Scalar(8L), Tensor.Scalar(64L), Tensor.Scalar(8192L), Tensor.Scalar(0f), Tensor.Scalar(4000f)], 1);
    }

    private static Tensor Boxes()
    {
        Tensor boxes = ContribCheck.Random(1, 2, 20, 4);
        foreach (ref float value in boxes.MutableSpan<float>())
        {
            value = (value + 1.1f) * 5;
        }

        return boxes;
    }

    /// <summary>Asserts that reference evaluation gives what ONNX Runtime gives.</summary>
    private static void Agree(string op, AttributeMap attributes, Tensor[] inputs, int outputs)
    {
        Graph graph = OpHarness.GraphOf(op, attributes, inputs, [], outputs);
        Tensor[] expected = OnnxRuntimeReference.Run(graph, inputs);
        TypeInference.Run(graph);
        ContribCheck.AssertNear(op, expected, ReferenceEvaluator.Run(graph, inputs), ContribCheck.Tolerance);
    }

    private static Tensor Scaled(Tensor tensor, float factor)
    {
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value *= factor;
        }

        return tensor;
    }
}
