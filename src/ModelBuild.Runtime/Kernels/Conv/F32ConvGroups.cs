using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The products of the groups of one image: shared between threads by groups where there are as many, else each within itself.</summary>
internal unsafe struct F32ConvGroups : ISharedRange
{
    /// <summary>Strides and activation function.</summary>
    internal F32GemmTask* Task;

    /// <summary>The image.</summary>
    internal float* X;

    /// <summary>The packed weights.</summary>
    internal float* W;

    /// <summary>One value per output channel, or null.</summary>
    internal float* Bias;

    /// <summary>A summand, or null.</summary>
    internal float* Residual;

    /// <summary>The result.</summary>
    internal float* Y;

    /// <summary>The number of groups.</summary>
    internal int Groups;

    /// <summary>The pixels of the result.</summary>
    internal int Pixels;

    /// <summary>The input channels of a group.</summary>
    internal int InPerGroup;

    /// <summary>The output channels of a group.</summary>
    internal int OutPerGroup;

    /// <summary>The elements of a window in a group.</summary>
    internal int Depth;

    /// <summary>Whether the elements of a window follow each other.</summary>
    internal bool IsContiguous;

    /// <summary>Computes all groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run()
    {
        if (Groups > 1)
        {
            long work = (long)Pixels * OutPerGroup * Groups * Depth;
            if (ThreadTeam.For(work) is { } team && Groups >= team.Threads)
            {
                SharedRange.Run(team, this, Groups, 1, work);
                return;
            }
        }

        Run(0, Groups);
    }

    /// <summary>Computes some groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(nint firstGroup, nint endGroup)
    {
        for (nint group = firstGroup; group < endGroup; group++)
        {
            nint first = group * OutPerGroup;
            float* groupX = X + (group * InPerGroup);
            float* groupW = W + (group * GemmPacking.PackedLength(OutPerGroup, Depth));
            float* groupBias = Bias == null ? null : Bias + first;
            float* groupResidual = Residual == null ? null : Residual + first;
            if (IsContiguous)
            {
                Gemm.Run(Task, groupX, groupW, Y + first, groupBias, groupResidual, Pixels, OutPerGroup);
            }
            else
            {
                F32GemmDriver.Run(Task, groupX, groupW, Y + first, groupBias, groupResidual, Pixels, OutPerGroup);
            }
        }
    }
}
