using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>One piece of memory: a value with everything that aliases it, a scratch block, or a constant.</summary>
/// <param name="bytes">Size.</param>
internal sealed class PlanMemoryClass(long bytes)
{
    private PlanMemoryClass? _mergedInto;

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; private set; } = bytes;

    /// <summary>Where it lies.</summary>
    public PlanMemory Memory { get; set; } = PlanMemory.Arena;

    /// <summary>Ordinal of the model input or output.</summary>
    public int Index { get; set; }

    /// <summary>Byte offset in arena or weights.</summary>
    public long Offset { get; set; }

    /// <summary>First step that touches it.</summary>
    public int FirstUse { get; private set; } = int.MaxValue;

    /// <summary>Last step that touches it.</summary>
    public int LastUse { get; private set; } = -1;

    /// <summary>True when a step reads it.</summary>
    public bool IsRead { get; private set; }

    /// <summary>The class that this one became part of, or itself.</summary>
    public PlanMemoryClass Root
    {
        get
        {
            PlanMemoryClass root = this;
            while (root._mergedInto is { } next)
            {
                root = next;
            }

            return root;
        }
    }

    /// <summary>Records a use by a step.</summary>
    public void Touch(int step, bool read)
    {
        PlanMemoryClass root = Root;
        root.FirstUse = Math.Min(root.FirstUse, step);
        root.LastUse = Math.Max(root.LastUse, step);
        root.IsRead |= read;
    }

    /// <summary>Makes this class share the memory of <paramref name="other"/>.</summary>
    public void MergeInto(PlanMemoryClass other)
    {
        PlanMemoryClass root = Root;
        PlanMemoryClass target = other.Root;
        if (root == target)
        {
            return;
        }

        target.FirstUse = Math.Min(target.FirstUse, root.FirstUse);
        target.LastUse = Math.Max(target.LastUse, root.LastUse);
        target.IsRead |= root.IsRead;
        target.Bytes = Math.Max(target.Bytes, root.Bytes);
        root._mergedInto = target;
    }
}

/// <summary>An operand whose memory the planner still has to place.</summary>
/// <param name="Class">The memory it lies in.</param>
internal sealed record PlannedOperand(DType DType, long Count, PlanMemoryClass Class) : Operand(DType, Count);
