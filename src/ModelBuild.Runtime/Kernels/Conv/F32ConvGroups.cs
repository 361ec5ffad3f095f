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

    /// <summary>Makes the task of a convolution's products.</summary>
    /// <param name="width">The columns of the image, pads included.</param>
    /// <param name="inC">The channels of the image.</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="outC">The channels of the result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="isContiguous">Whether the elements of a window follow each other.</param>
    internal static F32GemmTask TaskOf(
        int width, int inC, int outW, int outC, int kernelH, int kernelW, int strideH, int strideW, int dilationH, int dilationW, int groups, out bool isContiguous)
    {
        int inPerGroup = inC / groups;
        int depth = kernelH * kernelW * inPerGroup;
        F32GemmTask task = F32GemmTask.Contiguous(outW, outC, depth, Activation.None, 0f, 0f);
        if (kernelH == 1 && kernelW == 1)
        {
            task.RunLength = inPerGroup;
        }
        else if (groups == 1 && dilationW == 1)
        {
            task.RunLength = kernelW * inC;
            task.OuterRuns = kernelH;
            task.OuterStride = (nint)dilationH * width * inC;
        }
        else
        {
            task.RunLength = inPerGroup;
            task.InnerRuns = kernelW;
            task.InnerStride = (nint)dilationW * inC;
            task.OuterRuns = kernelH;
            task.OuterStride = (nint)dilationH * width * inC;
        }

        task.RowStride = (nint)strideW * inC;
        task.LineStride = (nint)strideH * width * inC;
        if (task.LineStride == outW * task.RowStride)
        {
            // Lines follow each other without a gap, as in a 1x1 convolution of stride 1.
            task.LineRows = int.MaxValue;
        }

        isContiguous = task.OuterRuns == 1 ? task.InnerRuns == 1 : task.InnerRuns == 1 && task.OuterStride == task.RunLength;
        if (isContiguous)
        {
            task.RunLength = depth;
            task.OuterRuns = 1;
        }

        return task;
    }

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
