using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The operands of a <see cref="ConvBlock"/>.</summary>
internal unsafe struct F32ConvBlockChain : IBandedChain
{
    /// <summary>The first convolution.</summary>
    internal F32ConvLines Expand;

    /// <summary>The weights of the second.</summary>
    internal float* DepthwiseW;

    /// <summary>Its bias, or null.</summary>
    internal float* DepthwiseBias;

    /// <summary>The weights of the third.</summary>
    internal float* ProjectW;

    /// <summary>Its bias, or null.</summary>
    internal float* ProjectBias;

    /// <summary>A summand, or null.</summary>
    internal float* Residual;

    /// <summary>The result.</summary>
    internal float* Y;

    /// <summary>The second, for all rows.</summary>
    internal F32DepthwiseTask Depthwise;

    /// <summary>The function applied to its result.</summary>
    internal Activation DepthwiseActivation;

    /// <summary>The first parameter of that.</summary>
    internal float DepthwiseAlpha;

    /// <summary>The second parameter.</summary>
    internal float DepthwiseBeta;

    /// <summary>The third convolution.</summary>
    internal F32GemmTask Project;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Inner(int first, int end, float* lines) => Expand.Run(first, end, lines);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Outer(int row, int rows, float* lines, int first, int end, float* memory)
    {
        F32DepthwiseTask filter = Depthwise;
        filter.InH = end - first;
        filter.OutH = rows;
        filter.PadTop -= (row * filter.StrideH) - first;
        DepthwiseConv.Planes(&filter, lines, DepthwiseW, DepthwiseBias, null, memory, 0, filter.Channels);
        int pixels = rows * filter.OutW;
        if (DepthwiseActivation is not (Activation.None or Activation.Relu or Activation.Clip))
        {
            ActivationKernels.Apply(memory, (nint)pixels * filter.Channels, DepthwiseActivation, DepthwiseAlpha, DepthwiseBeta);
        }

        F32GemmTask task = Project;
        nint offset = (nint)row * filter.OutW * task.YStride;
        Gemm.Run(&task, memory, ProjectW, Y + offset, ProjectBias, Residual == null ? null : Residual + offset, pixels, (int)task.YStride);
    }
}
