using System.Security.Cryptography;
using System.Text;
using ModelBuild.Plan.Text;

namespace ModelBuild.Plan;

/// <summary>The identity that a weights blob carries: weights fit every plan with the same one.</summary>
public static class PlanIdentity
{
    /// <summary>Computes the SHA-256 of what gives the blob its meaning: runtime, memory sizes, inputs, outputs and kernel calls.</summary>
    /// <remarks>Names, hashes, labels and comments do not count, so that a retrained model of the same layout brings its weights without a new build.</remarks>
    /// <returns>32 bytes.</returns>
    public static byte[] Compute(ExecutionPlan plan)
    {
        var text = new StringBuilder();
        text.Append("runtime ").Append(PlanNames.Of(plan.Runtime)).Append('\n');
        text.Append("arena ").Append(TextNumbers.Format(plan.ArenaBytes)).Append('\n');
        text.Append("weights ").Append(TextNumbers.Format(plan.WeightsBytes)).Append('\n');
        PlanWriter.AppendDims(text, plan.Dims);
        foreach (PlanPort port in plan.Inputs)
        {
            PlanWriter.AppendPort(text, "input", port);
        }

        foreach (PlanPort port in plan.Outputs)
        {
            PlanWriter.AppendPort(text, "output", port);
        }

        PlanWriter.AppendBuffers(text, plan.Buffers);
        foreach (PlanStep step in plan.Steps)
        {
            AppendStep(text, step);
        }

        foreach (PlanVariant variant in plan.Variants)
        {
            PlanWriter.AppendVariant(text, variant);
            PlanWriter.AppendBuffers(text, variant.Buffers);
            foreach (PlanStep step in variant.Steps)
            {
                AppendStep(text, step);
            }
        }

        using SHA256 sha = SHA256.Create();
        return sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary><see cref="Compute"/> as 64 lower-case hexadecimal digits.</summary>
    public static string ComputeHex(ExecutionPlan plan)
    {
        byte[] hash = Compute(plan);
        var text = new StringBuilder(hash.Length * 2);
        foreach (byte value in hash)
        {
            text.Append(TextNumbers.HexDigits[value >> 4]).Append(TextNumbers.HexDigits[value & 15]);
        }

        return text.ToString();
    }

    private static void AppendStep(StringBuilder text, PlanStep step)
    {
        text.Append(PlanNames.Of(step.Kind)).Append(' ').Append(step.Kernel);
        PlanWriter.AppendCount(text, step);
        ArgumentPrinter.Append(text, step.Arguments);
        text.Append('\n');
        if (step.Kind == PlanStepKind.Call)
        {
            return;
        }

        foreach (PlanStep inner in step.Body)
        {
            AppendStep(text, inner);
        }

        text.Append("else\n");
        foreach (PlanStep inner in step.Otherwise)
        {
            AppendStep(text, inner);
        }

        text.Append("end\n");
    }
}
