using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>What Loop and Scan share: values that one iteration hands to the next, and outputs to which every iteration adds a slice.</summary>
internal abstract class IteratedOp(bool isClosed) : ControlOp(isClosed)
{
    /// <summary>The attribute of the body.</summary>
    private protected const string Body = "body";

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> Subgraphs { get; } = [Body];

    /// <inheritdoc/>
    public sealed override string? WhyUnknown(Node node)
    {
        Graph body = Subgraph(node, Body);
        for (int i = 0; i < CarriedCount(node); i++)
        {
            TensorType input = body.Inputs[FirstBodyInput + i].Type;
            if (!input.IsStatic && node.InputOrNull(FirstCarried + i)?.Type.IsStatic == true)
            {
                return $"What the body makes of '{body.Inputs[FirstBodyInput + i].Name}' is not as large in every iteration: stack slices as an output of the loop instead, or write the loop out.";
            }
        }

        return null;
    }

    /// <summary>The number of values that are carried on.</summary>
    private protected abstract int CarriedCount(Node node);

    /// <summary>The place of the first carried value among the node's inputs.</summary>
    private protected abstract int FirstCarried { get; }

    /// <summary>The place of the first carried value among the body's inputs.</summary>
    private protected abstract int FirstBodyInput { get; }

    /// <summary>The place of the first carried value among the body's outputs.</summary>
    private protected abstract int FirstBodyOutput { get; }

    /// <summary>Sets the types of the body's inputs other than those carried and captured.</summary>
    private protected abstract void InferOwnInputs(Node node, Graph body);

    /// <inheritdoc/>
    public sealed override bool InferSubgraphInputs(InferenceContext context, int round)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
        int carried = Math.Min(CarriedCount(node), Math.Min(body.Inputs.Count - FirstBodyInput, body.Outputs.Count - FirstBodyOutput));
        if (round == 0)
        {
            InferOwnInputs(node, body);
            InferCaptures(node, body);
        }

        bool changed = round == 0;
        for (int i = 0; i < carried; i++)
        {
            Value input = body.Inputs[FirstBodyInput + i];
            if (round > 0)
            {
                RequireSameSize(node, input, body.Outputs[FirstBodyOutput + i].Value.Type.Shape);
            }

            TensorType type = round == 0
                ? node.InputOrNull(FirstCarried + i)?.Type ?? throw NodeErrors.Invalid(node, $"input {FirstCarried + i} is missing.")
                : Common(node, input.Type, body.Outputs[FirstBodyOutput + i].Value.Type);
            changed |= !type.Equals(input.Type);
            input.Type = type;
        }

        return changed;
    }

    // What the body counts may make of a value one of another size, and of the same size for some counts: it is found out which, and the call checks it.
    private static void RequireSameSize(Node node, Value input, Shape? made)
    {
        bool differs = input.Type.Shape is { } first && made is not null && first.Rank == made.Rank && first.Zip(made).Any(d => d.First.IsKnown && d.Second.IsKnown && d.First != d.Second);
        if (differs && SizeDependence.CountsWithin(node))
        {
            throw NodeErrors.Shape(
                node, $"the body makes {made} of '{input.Name}' {input.Type.Shape}, which must be as large in every iteration: stack slices as an output of the loop instead, or write the loop out.");
        }
    }

    /// <summary>Copies the first values of everything carried to the memory that the iterations change, which is that of the node's outputs where those are wanted.</summary>
    private protected List<Carried> BeginCarried(ILoweringContext context, Graph body)
    {
        List<Carried> carried = [];
        for (int i = 0; i < CarriedCount(context.Node); i++)
        {
            Value input = body.Inputs[FirstBodyInput + i];
            RequireStatic(context.Node, input);
            Operand memory = OutputOrNull(context.Node, i) is not null
                ? context.Output(i)
                : context.Scratch(input.Type.DType, Math.Max(1, input.Type.Shape!.ElementCount))! with { Count = input.Type.Shape!.ElementCount };
            Copy(context, context.Input(FirstCarried + i), memory);
            carried.Add(new Carried(memory, input, body.Outputs[FirstBodyOutput + i].Value));
        }

        return carried;
    }

    /// <summary>Hands on what an iteration made. A value that lies where another is to be written is moved aside first.</summary>
    private protected static void HandOn(ILoweringContext context, IReadOnlyList<Carried> carried)
    {
        List<(Operand From, Operand To)> copies = [];
        foreach (Carried item in carried)
        {
            Operand from = context.OperandOf(item.Next);
            if (context.ShareMemory(from, item.Memory))
            {
                continue;
            }

            if (from.Count > 0 && carried.Any(other => context.ShareMemory(from, other.Memory)))
            {
                Operand aside = context.Scratch(from.DType, from.Count)!;
                Copy(context, from, aside);
                from = aside;
            }

            copies.Add((from, item.Memory));
        }

        foreach ((Operand from, Operand to) in copies)
        {
            Copy(context, from, to);
        }
    }

    /// <summary>Joins the slices that the iterations made, along a new axis.</summary>
    /// <param name="type">The type of one slice, which gives the sizes where there is none.</param>
    private protected static Tensor Stack(Node node, IReadOnlyList<Tensor> slices, TensorType type, int axis, bool reverse)
    {
        long[] dims = slices.Count > 0 ? slices[0].Dims.ToArray() : [.. (type.Shape ?? Shape.Scalar).Select(d => d.IsKnown ? d.Value : 0)];
        long[] result = [.. dims[..axis], slices.Count, .. dims[axis..]];
        DType dtype = slices.Count > 0 ? slices[0].DType : type.DType;
        Tensor tensor = Results.Allocate(node, dtype, result);
        int inner = DTypes.SizeOf(dtype) * (int)dims[axis..].Aggregate(1L, static (a, d) => a * d);
        int outer = (int)dims[..axis].Aggregate(1L, static (a, d) => a * d);
        for (int i = 0; i < slices.Count; i++)
        {
            if (!slices[i].Dims.SequenceEqual(dims))
            {
                throw NodeErrors.Shape(node, $"an output to be stacked is {slices[0].Type} in the first iteration and {slices[i].Type} in another.");
            }

            int place = reverse ? slices.Count - 1 - i : i;
            for (int o = 0; o < outer; o++)
            {
                slices[i].Bytes.Slice(o * inner, inner).CopyTo(tensor.MutableBytes().Slice(((o * slices.Count) + place) * inner, inner));
            }
        }

        return tensor;
    }

    /// <summary>A value handed from one iteration to the next.</summary>
    /// <param name="Memory">Where it lies at the start of every iteration and after the last.</param>
    /// <param name="Input">The body's input.</param>
    /// <param name="Next">What the body makes of it.</param>
    private protected sealed record Carried(Operand Memory, Value Input, Value Next);
}
